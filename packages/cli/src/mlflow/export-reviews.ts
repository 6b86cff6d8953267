import { hash } from 'node:crypto';
import type { ImportedReviewItem, LabelSchemaRecord, ReviewQueueRecord } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { canonicalJson } from '@dividend/core/ledger';
import type { ExportWork } from './export-work.ts';
import type { MlflowTarget } from './mlflow-target.ts';
import type { MlflowSource } from './source.ts';
import type { Tally } from './tally.ts';
import type { RecordMaker } from './to-records.ts';

/** Label schemas and review queues of one experiment. */
interface Reviews {
  readonly schemas: readonly LabelSchemaRecord[];
  readonly queues: readonly ReviewQueueRecord[];
}

/**
 * Writes label schemas and review queues; after the traces that wait in them. They meet by name, for the target gives them ids
 * and times of its own. The question that every experiment has is there already, where the target knows it.
 */
export async function exportReviews(work: ExportWork, experimentId: string, thereId: string): Promise<void> {
  const leftOut = new Set<string>();
  const here = await read(work.source, work.make, experimentId, (traceId) => {
    if (!work.traces.has(traceId)) leftOut.add(traceId);
    return work.traces.has(traceId);
  });
  if (here.queues.length === 0 && here.schemas.every(({ isDefault }) => isDefault)) return;
  const readThere = () => read(work.there, work.makeThere, thereId, (traceId) => !leftOut.has(traceId));
  await exportSchemas(work, thereId, here, await readThere());
  await exportQueues(work, thereId, here, await readThere());
  verify(work, here, await readThere());
}

async function exportSchemas(
  { target, tally }: ExportWork,
  thereId: string,
  here: Reviews,
  there: Reviews,
): Promise<void> {
  for (const schema of here.schemas) {
    if (schema.isDefault) continue;
    const before = there.schemas.find(({ name }) => name === schema.name);
    const digest = digestSchema(schema);
    await count(tally, 'labelSchema', schema.id, digest, async () => {
      if (before !== undefined) return digestSchema(before) === digest ? 'unchanged' : 'conflict';
      await target.createLabelSchema(schema, thereId);
      return 'created';
    });
  }
}

async function exportQueues(
  { target, tally }: ExportWork,
  thereId: string,
  here: Reviews,
  there: Reviews,
): Promise<void> {
  const idsThere = new Map(there.schemas.map(({ name, id }) => [name, id]));
  const namesHere = new Map(here.schemas.map(({ id, name }) => [id, name]));
  for (const queue of here.queues) {
    const { createdBy, type, items } = queue;
    const before = there.queues.find(({ name }) => isSameName(name, queue.name));
    await count(tally, 'reviewQueue', queue.id, digestQueue(queue, here), async () => {
      if (before !== undefined && !isPart(before, there, queue, here)) return 'conflict';
      const asked = queue.schemaIds.flatMap((id) => idsThere.get(namesHere.get(id) ?? '') ?? []);
      const id = before?.id ?? (await target.createReviewQueue(queue, thereId, asked));
      const lacksOwner = type === 'CUSTOM' && createdBy !== null && createdBy !== before?.createdBy;
      if (lacksOwner) await target.setQueueOwner(id, createdBy);
      const isChanged = await writeItems(target, id, items, before?.items ?? []);
      return before === undefined ? 'created' : isChanged || lacksOwner ? 'updated' : 'unchanged';
    });
  }
}

/** Writes one thing, and notes what became of it; one that the target does not take is told, and the others go on. */
async function count(
  tally: Tally,
  kind: 'labelSchema' | 'reviewQueue',
  id: string,
  digest: string,
  write: () => Promise<'created' | 'updated' | 'unchanged' | 'conflict'>,
): Promise<void> {
  try {
    tally.count(kind, id, await write(), digest, 'the target has another one of this name');
  } catch (error) {
    if (!(error instanceof DividendError) || error.retryable) throw error;
    tally.count(kind, id, 'refused', '', error.message);
  }
}

async function read(
  source: MlflowSource,
  make: RecordMaker,
  experimentId: string,
  isOver: (traceId: string) => boolean,
): Promise<Reviews> {
  const schemas: LabelSchemaRecord[] = [];
  for await (const raw of source.labelSchemas(experimentId)) {
    const record = make.labelSchema(raw);
    if (record !== undefined) schemas.push(record);
  }
  const queues: ReviewQueueRecord[] = [];
  for await (const raw of source.reviewQueues(experimentId)) {
    const record = make.reviewQueue(raw, isOver);
    if (record !== undefined) queues.push(record);
  }
  return { schemas, queues };
}

/** Adds what is missing, and ends the reviews that ended here; true where there was something to do. */
async function writeItems(
  target: MlflowTarget,
  queueId: string,
  items: readonly ImportedReviewItem[],
  before: readonly ImportedReviewItem[],
): Promise<boolean> {
  const present = new Map(before.map((item) => [item.traceId, item]));
  const missing = items.filter(({ traceId }) => !present.has(traceId));
  await target.addReviewItems(
    queueId,
    missing.map(({ traceId }) => traceId),
  );
  const ended = items.filter(({ traceId, status }) => status !== (present.get(traceId)?.status ?? 'PENDING'));
  for (const { traceId, status, completedBy } of ended)
    await target.setReviewStatus(queueId, traceId, status, completedBy);
  return missing.length + ended.length > 0;
}

/** Reads back by name what was written. */
function verify({ tally }: ExportWork, here: Reviews, there: Reviews): void {
  for (const { id, name } of here.schemas) {
    const found = there.schemas.find((schema) => schema.name === name);
    if (found !== undefined) tally.verify({ kind: 'labelSchema', id, digest: digestSchema(found), size: 1 });
  }
  for (const queue of here.queues) {
    const found = there.queues.find(({ name }) => isSameName(name, queue.name));
    if (found === undefined) continue;
    const digest = digestQueue(withOwnerOf(queue, found), there);
    tally.verify({ kind: 'reviewQueue', id: queue.id, digest, size: 1 });
  }
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** A target with a login notes who exported as the owner of a queue that has none here. */
function withOwnerOf(queue: ReviewQueueRecord, there: ReviewQueueRecord): ReviewQueueRecord {
  return queue.createdBy === null ? { ...there, createdBy: null } : there;
}

/** Whether a queue of the target is this one, as far as it got: nobody put other traces into it or judged otherwise. */
function isPart(before: ReviewQueueRecord, there: Reviews, queue: ReviewQueueRecord, here: Reviews): boolean {
  const items = new Map(queue.items.map((item) => [item.traceId, item]));
  // One that was cut off before its owner was set has none.
  const { createdBy } = before.createdBy === null ? queue : withOwnerOf(queue, before);
  return (
    canonicalJson(toHead({ ...before, createdBy }, there)) === canonicalJson(toHead(queue, here)) &&
    before.items.every(({ traceId, status, completedBy }) => {
      const item = items.get(traceId);
      return (
        item !== undefined &&
        (status === 'PENDING' || (status === item.status && completedBy === item.completedBy))
      );
    })
  );
}

function digestSchema({ type, instruction, enableComment, input }: LabelSchemaRecord): string {
  return hash('sha256', canonicalJson({ type, instruction, enableComment, input }));
}

function digestQueue(queue: ReviewQueueRecord, of: Reviews): string {
  const items = queue.items.map(({ traceId, status, completedBy }) => [traceId, status, completedBy]);
  return hash('sha256', canonicalJson({ ...toHead(queue, of), items }));
}

/** What a queue says without ids and times; questions by name, those that were deleted left out. */
function toHead({ name, type, createdBy, users, schemaIds }: ReviewQueueRecord, { schemas }: Reviews) {
  const names = new Map(schemas.map((schema) => [schema.id, schema.name]));
  return { name, type, createdBy, users, questions: schemaIds.flatMap((id) => names.get(id) ?? []).sort() };
}
