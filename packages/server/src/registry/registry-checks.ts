import { DividendError } from '@dividend/core/errors';
import { checkLength, invalidParameter, missingParameter, refusedParameter } from '../tracking/index.ts';

export const stages = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof stages)[number];

/** The tag that makes a registered model a prompt. */
export const promptTag = 'mlflow.prompt.is_prompt';

export const registryLimits = { name: 256, alias: 255, tagValue: 100_000 } as const;

/** Of the 256 KiB of a ledger entry: keys and commitments of tags that a model or version begins with. */
const newTagsMaxBytes = 240_000;
const commitmentBytes = 140;

/** Tags of a model or version that is registered fit in its ledger entry: some 1500. @throws {DividendError} PARAMETER_INVALID */
export function checkNewTags<Tags extends Readonly<Record<string, string>>>(tags: Tags): Tags {
  const keys = Object.keys(tags);
  const bytes = keys.reduce((sum, key) => sum + Buffer.byteLength(key) + commitmentBytes, 0);
  if (bytes <= newTagsMaxBytes) return tags;
  throw refusedParameter(
    'tags',
    `'tags' has ${keys.length} tags, more than a model or version can be registered with; set the others afterwards`,
  );
}

/** @throws {DividendError} PARAMETER_INVALID, PARAMETER_MISSING */
export function checkModelName(name: string, path = 'name'): string {
  if (name.trim() === '') throw missingParameter(path);
  if (/[/:]/.test(name)) {
    throw refusedParameter(path, `Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) {
    throw invalidParameter(path, name, 'Names must be one line without control characters.');
  }
  if (name === '.' || name.startsWith('..')) {
    throw invalidParameter(
      path,
      name,
      'Names may be treated as files in certain cases, and must not lead elsewhere.',
    );
  }
  return checkLength(name, registryLimits.name, path);
}

/** Undefined for a number that no version can have. @throws {DividendError} PARAMETER_INVALID unless it is an integer */
export function parseVersion(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) {
    throw refusedParameter('version', `Parameter 'version' must be an integer, got '${text.slice(0, 100)}'.`);
  }
  const version = Number(text);
  return version > 0 && version < 2 ** 31 ? version : undefined;
}

/** @throws {DividendError} ALIAS_INVALID */
export function checkAlias(alias: string): string {
  if (!/^[\p{L}\p{N}_-]+$/u.test(alias)) {
    throw invalidAlias(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`,
    );
  }
  return checkLength(alias, registryLimits.alias, 'Registered model alias name');
}

/** `latest` and `v<number>` mean versions already. @throws {DividendError} ALIAS_INVALID */
export function checkNewAlias(alias: string): string {
  checkAlias(alias);
  if (isLatest(alias)) throw invalidAlias("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw invalidAlias(`Version alias name '${alias}' is reserved.`);
  return alias;
}

export function isLatest(alias: string): boolean {
  return alias.toLowerCase() === 'latest';
}

/** @throws {DividendError} PARAMETER_INVALID */
export function parseStage(text: string): Stage {
  const stage = stages.find((known) => known.toLowerCase() === text.toLowerCase());
  if (stage !== undefined) return stage;
  throw refusedParameter(
    'stage',
    `Invalid Model Version stage: ${text}. Value must be one of ${stages.join(', ')}.`,
  );
}

function invalidAlias(message: string): DividendError {
  return new DividendError('ALIAS_INVALID', 'invalid_argument', message, { field: 'alias' });
}
