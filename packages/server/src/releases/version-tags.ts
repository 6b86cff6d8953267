import { DividendError } from '@dividend/core/errors';

/** What the tags of a model version say about its release. */
export interface VersionTags {
  /** Role → digest, from `dividend.part.<role>`. */
  readonly parts: Readonly<Record<string, string>>;
  /** Name → number, from `dividend.metric.<name>`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Dataset → digest, from `dividend.data.<name>`. */
  readonly data: Readonly<Record<string, string>>;
  readonly pipelineRunId: string | null;
  /** The spec in force when the version was made, from `dividend.specDigest`. */
  readonly specDigest: string | null;
  readonly trainingStartedAt: string | null;
}

/** Parts without which nothing can be loaded, or proven before traffic. */
const requiredParts = ['weights', 'signature', 'golden'] as const;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const maxTags = 500;

/** @throws {DividendError} RELEASE_PART_MISSING, RELEASE_TAG_INVALID */
export function parseVersionTags(
  model: string,
  version: string,
  tags: Readonly<Record<string, string>>,
): VersionTags {
  const where = `version ${version} of '${model}'`;
  if (Object.keys(tags).length > maxTags) {
    throw invalid('tags', `Releasing ${where} failed: it has more than ${maxTags} tags`);
  }
  const parts = collect(tags, 'dividend.part.', (tag, text) => parseDigest(where, tag, text));
  for (const role of requiredParts) {
    if (parts[role] !== undefined) continue;
    throw new DividendError(
      'RELEASE_PART_MISSING',
      'failed_precondition',
      `Releasing ${where} needs its tag 'dividend.part.${role}' (digest of the ${role}); register the version through a pipeline, or set the tag`,
      { field: `dividend.part.${role}` },
    );
  }
  return {
    parts,
    metrics: collect(tags, 'dividend.metric.', (tag, text) => parseNumber(where, tag, text)),
    data: collect(tags, 'dividend.data.', (tag, text) => parseDigest(where, tag, text)),
    pipelineRunId: tags['dividend.pipelineRun'] ?? null,
    specDigest: tags['dividend.specDigest'] ?? null,
    trainingStartedAt: toTime(tags['dividend.trainingStartedAt']),
  };
}

function collect<Value>(
  tags: Readonly<Record<string, string>>,
  prefix: string,
  parse: (tag: string, text: string) => Value,
): Record<string, Value> {
  const found = Object.keys(tags)
    .filter((tag) => tag.startsWith(prefix) && tag.length > prefix.length)
    .sort();
  return Object.fromEntries(found.map((tag) => [tag.slice(prefix.length), parse(tag, tags[tag] ?? '')]));
}

function parseDigest(where: string, tag: string, text: string): string {
  if (digestPattern.test(text)) return text;
  throw invalid(
    tag,
    `Releasing ${where} failed: tag '${tag}' must be 'sha256:' and 64 hex digits, is '${text}'`,
  );
}

function parseNumber(where: string, tag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw invalid(tag, `Releasing ${where} failed: tag '${tag}' must be a finite number, is '${text}'`);
}

function toTime(text: string | undefined): string | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function invalid(field: string, message: string): DividendError {
  return new DividendError('RELEASE_TAG_INVALID', 'failed_precondition', message, { field });
}
