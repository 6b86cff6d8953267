import { canonicalJson } from '@dividend/core/ledger';
import type { EntityRecord, ImportRecord } from './records.ts';
import type { ImportedSpan } from './trace-records.ts';

/** The id of what a record is about, unique within its kind and source. */
export function recordIdOf(record: ImportRecord): string {
  switch (record.kind) {
    case 'experiment':
    case 'run':
    case 'loggedModel':
    case 'trace':
    case 'evaluationDataset':
    case 'labelSchema':
    case 'reviewQueue':
      return record.id;
    case 'spans':
    case 'spansEnd':
      return record.traceId;
    case 'scorer':
      return `${record.experimentId}/${record.name}`;
    case 'metrics':
    case 'metricsEnd':
      return record.runId;
    case 'registeredModel':
      return record.name;
    case 'version':
      return `${record.model}/${record.version}`;
    case 'alias':
      return `${record.model}@${record.alias}`;
  }
}

/** The text of a record whose hash stands for its content: equal on both sides where nothing was lost. */
export function recordText(record: EntityRecord): string {
  return canonicalJson(sortRecord(record));
}

/** Lists of a record in one order, repeated members once. */
export function sortRecord<Item extends EntityRecord>(record: Item): Item {
  if (record.kind === 'run') {
    return {
      ...record,
      datasets: sortUnique(record.datasets, ({ name, digest }) => [name, digest]),
      modelInputs: sortUnique(record.modelInputs, ({ modelId, step }) => [modelId, step]),
      modelOutputs: sortUnique(record.modelOutputs, ({ modelId, step }) => [modelId, step]),
    };
  }
  if (record.kind === 'loggedModel') {
    return {
      ...record,
      metrics: sortUnique(record.metrics, ({ key, timestamp, step, runId }) => [key, timestamp, step, runId]),
    };
  }
  if (record.kind === 'trace') {
    return {
      ...record,
      assessments: sortUnique(record.assessments, ({ assessmentId }) => [assessmentId]),
      runs: sortUnique(record.runs, (id) => [id]),
      prompts: sortUnique(record.prompts, (id) => [id]),
    };
  }
  if (record.kind === 'evaluationDataset') {
    return {
      ...record,
      experimentIds: sortUnique(record.experimentIds, (id) => [id]),
      records: sortUnique(record.records, ({ recordId }) => [recordId]),
    };
  }
  if (record.kind === 'reviewQueue') {
    return {
      ...record,
      users: sortUnique(record.users, (user) => [user]),
      schemaIds: sortUnique(record.schemaIds, (id) => [id]),
      items: sortUnique(record.items, ({ traceId }) => [traceId]),
    };
  }
  if (record.kind === 'scorer')
    return { ...record, versions: sortUnique(record.versions, ({ version }) => [version]) };
  return record;
}

function sortUnique<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => readonly (string | number)[],
): Item[] {
  const unique = new Map(items.map((item) => [JSON.stringify(keyOf(item)), item]));
  return [...unique].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}

/** One logged value; `'NaN'` where it is not a number. */
export interface HistoryPoint {
  readonly timestamp: number;
  readonly step: number;
  readonly value: number | 'NaN';
}

/** A value as it is kept: infinities as the largest doubles, no negative zero. */
export function toKeptValue(value: number): number | 'NaN' {
  if (Number.isNaN(value)) return 'NaN';
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)) + 0;
}

/** The order (timestamp, step, value) that histories are read and hashed in; NaN counts as 0, after it. */
export function compareHistoryPoints(one: HistoryPoint, other: HistoryPoint): number {
  return (
    one.timestamp - other.timestamp ||
    one.step - other.step ||
    toNumber(one.value) - toNumber(other.value) ||
    Number(one.value === 'NaN') - Number(other.value === 'NaN')
  );
}

function toNumber(value: number | 'NaN'): number {
  return value === 'NaN' ? 0 : value;
}

export interface TextHash {
  update(text: string): unknown;
  digest(encoding: 'hex'): string;
}

/** A hash costs more for its call than for a short line: lines of a key are hashed together. */
const hashedCharacters = 8000;

/**
 * Hashes a run's whole metric history, key after key in any order, the points of a key in the order of
 * `compareHistoryPoints` without repetition.
 */
export function createHistoryDigest(newHash: () => TextHash) {
  const keys = new Map<string, { hash: TextHash; text: string }>();
  let points = 0;
  return {
    add(key: string, point: HistoryPoint): void {
      let series = keys.get(key);
      if (series === undefined) {
        series = { hash: newHash(), text: '' };
        keys.set(key, series);
      }
      series.text += `${point.timestamp} ${point.step} ${point.value}\n`;
      points += 1;
      if (series.text.length < hashedCharacters) return;
      series.hash.update(series.text);
      series.text = '';
    },
    get points(): number {
      return points;
    },
    digest(): string {
      const whole = newHash();
      for (const [key, { hash, text }] of [...keys].sort(([one], [other]) => (one < other ? -1 : 1))) {
        hash.update(text);
        whole.update(`${JSON.stringify(key)} ${hash.digest('hex')}\n`);
      }
      return whole.digest('hex');
    },
  };
}

/** Hashes the spans of a trace, in any order, each by its own hash: only those are held. */
export function createSpansDigest(newHash: () => TextHash) {
  const hashes = new Map<string, string>();
  return {
    add(span: ImportedSpan): void {
      const spanHash = newHash();
      spanHash.update(JSON.stringify(withSortedKeys(span)));
      hashes.set(span.span_id, spanHash.digest('hex'));
    },
    get spans(): number {
      return hashes.size;
    },
    digest(): string {
      const whole = newHash();
      for (const [id, hash] of [...hashes].sort(([one], [other]) => (one < other ? -1 : 1)))
        whole.update(`${id} ${hash}\n`);
      return whole.digest('hex');
    },
  };
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]));
}
