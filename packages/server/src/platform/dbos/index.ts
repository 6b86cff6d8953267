export {
  type DurableRuntime,
  durableSleep,
  durableStep,
  launchDurable,
  registerDurable,
  type StepOptions,
} from './durable.ts';
