export { currentActor, localActor, runAs } from './actor.ts';
export { assertLoopback, guardLoopback } from './loopback-guard.ts';
