import type { Platform } from '../../../platform/platform.ts';
import type { MlflowRoute } from '../../door/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import { labelSchemaRoutes } from './label-schema-routes.ts';
import { createLabelSchemaService } from './label-schema-service.ts';
import { reviewQueueItemRoutes } from './queue-item-routes.ts';
import { createQueueItemService } from './queue-item-service.ts';
import { reviewQueueRoutes } from './queue-routes.ts';
import { createQueueService } from './queue-service.ts';

export { checkLabelInput } from './label-input.ts';
export { checkNewQueue } from './queue-checks.ts';
export { holdTraces } from './queue-item-store.ts';
export {
  findReviewThings,
  readImportedLabelSchemas,
  readImportedReviewQueues,
  writeImportedLabelSchemas,
  writeImportedReviewQueues,
} from './review-import.ts';

/** What people review traces with: the questions, and the queues of traces. */
export function reviewRoutes(platform: Platform, experiments: ExperimentService): MlflowRoute[] {
  const queues = createQueueService(platform, experiments);
  return [
    ...labelSchemaRoutes(createLabelSchemaService(platform, experiments)),
    ...reviewQueueRoutes(queues),
    ...reviewQueueItemRoutes(createQueueItemService(platform, queues)),
  ];
}
