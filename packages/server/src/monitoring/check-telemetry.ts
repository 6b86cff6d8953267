import { DividendError } from '@dividend/core/errors';
import type { ReleaseRecord, Releases } from '../releases/index.ts';
import type { TelemetryBody } from './telemetry-schema.ts';

type Group = TelemetryBody['groups'][number];

/** A group with the release whose bins its columns are counted on. */
export interface CheckedGroup {
  readonly group: Group;
  readonly release: ReleaseRecord;
  readonly hour: Date;
}

const hourMs = 3_600_000;
/** RFC 3339, PostgreSQL and DuckDB agree on years of four digits. */
const latestMs = Date.UTC(10_000, 0, 1) - 1;
const isWritable = (time: number) => time >= 0 && time <= latestMs;

/**
 * What a schema cannot say: hours are whole, releases exist, columns are counted on the bins of their release.
 * @throws {DividendError} TELEMETRY_INVALID, naming the field; the batch must not be sent again
 */
export async function checkTelemetry(
  batch: TelemetryBody,
  releases: Pick<Releases, 'getByIndex'>,
): Promise<readonly CheckedGroup[]> {
  const known = new Map<number, ReleaseRecord>();
  const checked: CheckedGroup[] = [];
  for (const [index, group] of batch.groups.entries()) {
    const field = `groups.${index}`;
    const release = known.get(group.releaseIndex) ?? (await findRelease(releases, group.releaseIndex, field));
    known.set(group.releaseIndex, release);
    checkColumns(group, release, field);
    checked.push({ group, release, hour: parseHour(group.windowStart, `${field}.windowStart`) });
  }
  batch.rows.forEach((row, index) => {
    checkTime(row.eventTime, `rows.${index}.eventTime`);
    checkTime(row.servedAt, `rows.${index}.servedAt`);
    for (const name of Object.keys(row.inputs)) checkName(name, `rows.${index}.inputs`);
    for (const name of Object.keys(row.outputs)) checkName(name, `rows.${index}.outputs`);
  });
  return checked;
}

/** Neither PostgreSQL nor DuckDB can keep other names. */
function checkName(name: string, field: string): void {
  if (!name.isWellFormed() || name.includes('\0'))
    throw invalid(field, `has a name that holds U+0000 or half a surrogate pair`);
}

function checkTime(text: string, field: string): void {
  if (!isWritable(Date.parse(text))) throw invalid(field, `must be a time in RFC 3339, is '${text}'`);
}

async function findRelease(
  releases: Pick<Releases, 'getByIndex'>,
  index: number,
  field: string,
): Promise<ReleaseRecord> {
  try {
    return await releases.getByIndex(index);
  } catch (cause) {
    if (!(cause instanceof DividendError) || cause.kind !== 'not_found') throw cause;
    throw invalid(`${field}.releaseIndex`, `names release ${index}, which does not exist`, cause);
  }
}

function checkColumns(group: Group, release: ReleaseRecord, field: string): void {
  const pinned = new Map(release.reference.map((column) => [column.name, column.counts.length]));
  for (const [name, column] of Object.entries(group.columns)) {
    const bins = pinned.get(name);
    const where = `${field}.columns.${name}`;
    if (bins === undefined) throw invalid(where, `is no column of release ${release.index}`);
    if (column.counts.length !== bins)
      throw invalid(where, `has ${column.counts.length} bins, its reference ${bins}`);
    const n = column.counts.reduce((total, count) => total + count, column.nulls + column.nans);
    if (n !== column.n) throw invalid(where, `counts ${n} values but says ${column.n}`);
  }
}

function parseHour(text: string, field: string): Date {
  const time = Date.parse(text);
  if (!isWritable(time) || time % hourMs !== 0)
    throw invalid(field, `must be a whole hour in RFC 3339, is '${text}'`);
  return new Date(time);
}

function invalid(field: string, problem: string, cause?: unknown): DividendError {
  return new DividendError(
    'TELEMETRY_INVALID',
    'invalid_argument',
    `Telemetry field '${field}' ${problem}; nothing of the batch was counted`,
    { field, ...(cause === undefined ? {} : { cause }) },
  );
}
