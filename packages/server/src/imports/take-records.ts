import { hash } from 'node:crypto';
import {
  type EntityRecord,
  type ImportRecord,
  type RecordResult,
  type RecordState,
  recordIdOf,
  recordText,
  sortRecord,
} from '@dividend/contracts/imports';
import { canonicalJson } from '@dividend/core/ledger';
import { aliasDoor } from './alias-door.ts';
import { type CheckedLine, isKind } from './check-record.ts';
import { decideRecord } from './decide-record.ts';
import type { EntityDoor, ImportContext } from './entity-door.ts';
import { evaluationDatasetDoor } from './evaluation-dataset-door.ts';
import { experimentDoor } from './experiment-door.ts';
import { findItems, markChanged, upsertItems } from './import-store.ts';
import { labelSchemaDoor } from './label-schema-door.ts';
import { loggedModelDoor } from './logged-model-door.ts';
import { endMetrics, writeMetrics } from './metric-history.ts';
import { registeredModelDoor } from './registered-model-door.ts';
import { reviewQueueDoor } from './review-queue-door.ts';
import { runDoor } from './run-door.ts';
import { scorerDoor } from './scorer-door.ts';
import { traceDoor } from './trace-door.ts';
import { endSpans, writeSpans } from './trace-spans.ts';
import { versionDoor } from './version-door.ts';

// Each door takes its own kind of record, which the key says.
export const entityDoors = {
  experiment: experimentDoor,
  run: runDoor,
  loggedModel: loggedModelDoor,
  registeredModel: registeredModelDoor,
  version: versionDoor,
  alias: aliasDoor,
  trace: traceDoor,
  evaluationDataset: evaluationDatasetDoor,
  scorer: scorerDoor,
  labelSchema: labelSchemaDoor,
  reviewQueue: reviewQueueDoor,
} as unknown as Readonly<Record<EntityRecord['kind'], EntityDoor<EntityRecord>>>;

/** Digest of an experiment that was here before: runs come into it, its own tags stay. */
const foreign = 'foreign';

const reasons = {
  kept: 'changed or deleted here since it came over; it stays as it is here',
  conflict:
    'there is another one of this name or id here, or it was changed on both sides; it stays as it is here',
} as const;

export function digestRecord(record: EntityRecord): string {
  return hash('sha256', recordText(record));
}

/** Takes a batch in its order, neighbours of one kind together; one result a line. */
export async function takeRecords(
  context: ImportContext,
  lines: readonly CheckedLine[],
): Promise<RecordResult[]> {
  const results: RecordResult[] = [];
  for (const group of groupNeighbours(lines)) {
    if (typeof group === 'object' && 'refused' in group) results.push({ ...group.refused, state: 'refused' });
    else results.push(...(await takeGroup(context, group)));
  }
  if (
    results.some(
      ({ kind, state }) =>
        state === 'created' || (state === 'updated' && kind !== 'metricsEnd' && kind !== 'spansEnd'),
    )
  )
    await markChanged(context.tx, context.importId);
  return results;
}

async function takeGroup(context: ImportContext, group: readonly ImportRecord[]): Promise<RecordResult[]> {
  const { tx, importId } = context;
  const [first] = group;
  if (first === undefined) return [];
  if (first.kind === 'metrics')
    return writeMetrics(
      tx,
      importId,
      group.filter((record) => isKind(record, 'metrics')),
    );
  if (first.kind === 'metricsEnd')
    return endMetrics(
      tx,
      importId,
      group.filter((record) => isKind(record, 'metricsEnd')),
    );
  if (first.kind === 'spans')
    return writeSpans(
      tx,
      importId,
      group.filter((record) => isKind(record, 'spans')),
    );
  if (first.kind === 'spansEnd')
    return endSpans(
      tx,
      importId,
      group.filter((record) => isKind(record, 'spansEnd')),
    );
  return takeEntities(context, entityDoors[first.kind], group as readonly EntityRecord[]);
}

async function takeEntities(
  context: ImportContext,
  door: EntityDoor<EntityRecord>,
  records: readonly EntityRecord[],
): Promise<RecordResult[]> {
  const { tx, importId } = context;
  const { judged, targets, isNew } = await judge(context, door, records);
  const inState = (...states: string[]) => judged.filter(({ state }) => states.includes(state));

  const toPlace = inState('created', ...(door.placesUpdates ? ['updated'] : []));
  const placements = await door.place(
    context,
    toPlace.map(({ record }) => record),
  );
  for (const item of toPlace) {
    const placement = placements.get(item.id);
    if (placement === undefined) continue;
    if ('refused' in placement) [item.state, item.reason] = ['refused', placement.refused];
    else targets.set(item.id, placement.targetId);
  }
  for (const state of ['created', 'updated'] as const) {
    const placed = inState(state).map(({ id, record }) => ({ record, targetId: targets.get(id) ?? id }));
    if (placed.length > 0) await door.write(context, placed, state === 'created');
  }

  const over = inState('created', 'updated', 'unchanged');
  const adopted = door.kind === 'experiment' ? inState('conflict').filter(({ id }) => isNew(id)) : [];
  const toItem = (id: string, digest: string) => {
    return { id, targetId: targets.get(id) ?? id, digest, fingerprint: null };
  };
  await upsertItems(tx, importId, door.kind, [
    ...over.map(({ id, digest, sharedDigest }) => toItem(id, sharedDigest === undefined ? digest : foreign)),
    ...adopted.map(({ id }) => toItem(id, foreign)),
  ]);
  return judged.map(({ record, id, state, reason, sharedDigest }) => ({
    kind: record.kind,
    id,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(sharedDigest === undefined ? {} : { digest: sharedDigest }),
  }));
}

interface Judged {
  readonly record: EntityRecord;
  readonly id: string;
  readonly digest: string;
  /** What is here reads back as this: it was here before, and is one with the record from now on. */
  readonly sharedDigest: string | undefined;
  state: RecordState;
  reason: string | undefined;
}

/** Compares records with what is here and what came over before. */
async function judge(
  context: ImportContext,
  door: EntityDoor<EntityRecord>,
  records: readonly EntityRecord[],
) {
  const { tx, importId } = context;
  const items = await findItems(tx, importId, door.kind, records.map(recordIdOf));
  const targets = await door.locate(
    context,
    records.filter((record) => !items.has(recordIdOf(record))),
  );
  for (const [id, item] of items) targets.set(id, item.targetId);
  const located = [...targets].map(([id, targetId]) => ({ id, targetId }));
  const here = await door.read(tx, importId, located);
  const judged = records.map((record): Judged => {
    const id = recordIdOf(record);
    const [item, current, digest] = [items.get(id), here.get(id), digestRecord(record)];
    const isOurs = item !== undefined && item.digest !== foreign;
    const isShared = !isOurs && current !== undefined && door.covers?.(current, record) === true;
    const known = current && digestRecord(current);
    const decided = decideRecord({ incoming: digest, current: known, imported: item?.digest });
    const state = isShared ? 'unchanged' : decided;
    const reason =
      state === 'conflict' && current !== undefined
        ? `${reasons.conflict}; they differ in ${findDifferences(current, record).join(', ')}`
        : state === 'kept'
          ? reasons.kept
          : undefined;
    return { record, id, digest, sharedDigest: isShared ? known : undefined, state, reason };
  });
  return { judged, targets, isNew: (id: string) => !items.has(id) };
}

/** Names of the fields that say something else. */
function findDifferences(here: EntityRecord, record: EntityRecord): string[] {
  const [one, other] = [here, record].map((it) => new Map(Object.entries(sortRecord(it))));
  return [...(one ?? [])].flatMap(([field, value]) =>
    canonicalJson(value) === canonicalJson(other?.get(field) ?? null) ? [] : [`'${field}'`],
  );
}

/** Neighbours of one kind in one list; a record whose id was there already starts a new one. */
function* groupNeighbours(
  lines: readonly CheckedLine[],
): Generator<ImportRecord[] | Extract<CheckedLine, { refused: unknown }>> {
  let group: ImportRecord[] = [];
  let ids = new Set<string>();
  for (const line of lines) {
    if ('refused' in line) {
      if (group.length > 0) yield group;
      [group, ids] = [[], new Set()];
      yield line;
      continue;
    }
    const { record } = line;
    const id = recordIdOf(record);
    const repeats = record.kind !== 'metrics' && record.kind !== 'spans' && ids.has(id);
    if (group[0] !== undefined && (group[0].kind !== record.kind || repeats)) {
      yield group;
      [group, ids] = [[], new Set()];
    }
    group.push(record);
    ids.add(id);
  }
  if (group.length > 0) yield group;
}
