export { type CacheComponents, toCacheKeyText } from './cache-components.ts';
export { diffValues, type ValueChange } from './diff-values.ts';
export { explainCacheMiss } from './explain-cache-miss.ts';
export { orderSteps, type StepNode, type StepOrder } from './order-steps.ts';
