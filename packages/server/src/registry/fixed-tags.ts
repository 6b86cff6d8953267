import { DividendError } from '@dividend/core/errors';
import type { ModelVersion } from './version-store.ts';

/** Tags that say what a version is made of and how it was judged: releases and gates go by them. */
const fixedPrefixes = ['dividend.part.', 'dividend.data.', 'dividend.metric.'];
const fixedTags = new Set([
  'dividend.pipelineRun',
  'dividend.specDigest',
  'dividend.trainingStartedAt',
  // What a version of a prompt says. Its model settings may change, as in MLflow.
  'mlflow.prompt.text',
  '_mlflow_prompt_type',
  '_mlflow_prompt_response_format',
]);

/**
 * Such a tag can be given once, and never changes.
 * @param after undefined to take the tag away
 * @throws {DividendError} VERSION_TAG_FIXED
 */
export function checkFixedTag(
  { model, version, tags }: ModelVersion,
  key: string,
  after: string | undefined,
): void {
  const isFixed = fixedTags.has(key) || fixedPrefixes.some((prefix) => key.startsWith(prefix));
  if (!isFixed || tags[key] === undefined || tags[key] === after) return;
  throw new DividendError(
    'VERSION_TAG_FIXED',
    'failed_precondition',
    `Tag '${key}' says what version ${version} of '${model}' is, and cannot change; register another version`,
    { field: 'key' },
  );
}
