import { createHash } from 'node:crypto';
import type { Platform } from '../../../platform/platform.ts';
import type { Tx } from '../../../platform/postgres/index.ts';
import { refusedParameter } from '../../door/index.ts';
import type { ExperimentService } from '../../experiments/experiment-service.ts';
import { checkLength, checkTags } from '../../log-limits.ts';
import { newTrackingId } from '../../tracking-id.ts';
import { extendSchema } from './dataset-schema.ts';
import { type DatasetSearch, searchEvaluationDatasets } from './dataset-search.ts';
import {
  deleteDatasetRow,
  deleteDatasetTag,
  type EvaluationDataset,
  getDataset,
  insertDataset,
  linkExperiments,
  lockDataset,
  mergeDatasetTags,
  unlinkExperiments,
  updateDataset,
} from './dataset-store.ts';
import { hashInputs, mergeRecord, parseRecords, type SentRecord } from './evaluation-record.ts';
import {
  deleteRecords,
  type EvaluationRecord,
  listRecordsByHash,
  pageRecords,
  upsertRecords,
} from './record-store.ts';

export type EvaluationDatasetService = ReturnType<typeof createEvaluationDatasetService>;

const limits = { name: 255, tagValue: 5000 } as const;
/** Who did it, as MLflow's clients note it. */
const userTag = 'mlflow.user';

export function createEvaluationDatasetService({ db, clock }: Platform, experiments: ExperimentService) {
  const nowMs = () => clock.now().getTime();

  async function checkExperiments(ids: readonly string[]): Promise<number[]> {
    const found = await Promise.all([...new Set(ids)].map((id) => experiments.getActive(id)));
    return found.map(({ experimentId }) => experimentId);
  }

  return {
    create: async (dataset: {
      name: string;
      tags: Readonly<Record<string, string>>;
      experimentIds: readonly string[];
    }): Promise<EvaluationDataset> => {
      const name = checkLength(dataset.name, limits.name, 'name');
      const tags = checkTags(dataset.tags, limits.tagValue);
      const experimentIds = await checkExperiments(dataset.experimentIds);
      const datasetId = `d-${newTrackingId(clock.now())}`;
      const createdMs = nowMs();
      return db.transaction().execute(async (tx) => {
        const createdBy = tags[userTag] ?? null;
        await insertDataset(tx, {
          datasetId,
          name,
          digest: digestOf(name, createdMs),
          tags,
          createdMs,
          createdBy,
        });
        await linkExperiments(tx, datasetId, experimentIds);
        return getDataset(tx, datasetId);
      });
    },
    get: (datasetId: string) => getDataset(db, datasetId),
    delete: (datasetId: string) => deleteDatasetRow(db, datasetId),
    search: (search: DatasetSearch) => searchEvaluationDatasets(db, search),
    setTags: async (
      datasetId: string,
      tags: Readonly<Record<string, string>>,
    ): Promise<EvaluationDataset> => {
      const checked = checkTags(tags, limits.tagValue);
      await getDataset(db, datasetId);
      await mergeDatasetTags(db, datasetId, checked);
      return getDataset(db, datasetId);
    },
    deleteTag: async (datasetId: string, key: string): Promise<void> => {
      await getDataset(db, datasetId);
      await deleteDatasetTag(db, datasetId, key);
    },
    addExperiments: async (datasetId: string, ids: readonly string[]): Promise<EvaluationDataset> => {
      await getDataset(db, datasetId);
      await linkExperiments(db, datasetId, await checkExperiments(ids));
      return getDataset(db, datasetId);
    },
    removeExperiments: async (datasetId: string, ids: readonly number[]): Promise<EvaluationDataset> => {
      await getDataset(db, datasetId);
      await unlinkExperiments(db, datasetId, ids);
      return getDataset(db, datasetId);
    },
    /** All records or none. Records with inputs that are there already are merged into them. */
    upsertRecords: async (
      datasetId: string,
      recordsJson: string,
    ): Promise<{ inserted: number; updated: number }> => {
      const sent = parseRecords(recordsJson);
      return db.transaction().execute(async (tx) => {
        await lockDataset(tx, datasetId);
        const inserted = await mergeRecords(tx, datasetId, sent, clock.now());
        const { name, schema, updatedMs } = await getDataset(tx, datasetId);
        // Later than before, so that the digest is another one.
        const changedMs = Math.max(nowMs(), updatedMs + 1);
        await updateDataset(tx, datasetId, {
          digest: digestOf(name, changedMs),
          schema: extendSchema(schema, sent),
          updatedMs: changedMs,
          updatedBy: sent.map(userOf).findLast((user) => user !== null) ?? null,
        });
        return { inserted, updated: sent.length - inserted };
      });
    },
    listRecords: async (datasetId: string, maxResults: number, pageToken: string | undefined) => {
      await getDataset(db, datasetId);
      return pageRecords(db, { datasetId, maxResults, pageToken });
    },
    deleteRecords: async (datasetId: string, ids: readonly string[]): Promise<number> =>
      db.transaction().execute(async (tx) => {
        await lockDataset(tx, datasetId);
        const deleted = await deleteRecords(tx, datasetId, ids);
        if (deleted === 0) return 0;
        const { name, schema, updatedMs } = await getDataset(tx, datasetId);
        const changedMs = Math.max(nowMs(), updatedMs + 1);
        const digest = digestOf(name, changedMs);
        await updateDataset(tx, datasetId, { digest, schema, updatedMs: changedMs, updatedBy: null });
        return deleted;
      }),
  };
}

function digestOf(name: string, updatedMs: number): string {
  return createHash('sha256').update(`${name}:${updatedMs}`).digest('hex').slice(0, 8);
}

function userOf({ tags }: SentRecord): string | null {
  const user = tags?.[userTag];
  return typeof user === 'string' ? user : null;
}

/** The number of records that are new; the same inputs twice in one request are one record. */
async function mergeRecords(
  tx: Tx,
  datasetId: string,
  sent: readonly SentRecord[],
  now: Date,
): Promise<number> {
  const hashes = sent.map(({ inputs }) => hashInputs(inputs));
  const known = await listRecordsByHash(tx, datasetId, hashes);
  const records = new Map(known.map((record) => [record.inputHash.toString('hex'), record]));
  const written = new Map<string, EvaluationRecord>();
  let inserted = 0;
  for (const [index, record] of sent.entries()) {
    const inputHash = hashes[index] as Buffer;
    const key = inputHash.toString('hex');
    const old = records.get(key);
    if (old === undefined) inserted++;
    const merged: EvaluationRecord = {
      ...mergeRecord(old, record),
      datasetId,
      inputHash,
      recordId: old?.recordId ?? `dr-${newTrackingId(now)}`,
      createdMs: old?.createdMs ?? now.getTime(),
      updatedMs: now.getTime(),
      createdBy: old === undefined ? userOf(record) : old.createdBy,
      updatedBy: userOf(record) ?? old?.updatedBy ?? null,
    };
    records.set(key, merged);
    written.set(key, merged);
  }
  await upsertRecords(tx, [...written.values()]);
  return inserted;
}

/** Tags as the wire has them: the JSON text of an object; null is no tag, any other value its text. */
export function parseTags(text: string | undefined): Record<string, string> {
  if (!text) return {};
  let tags: unknown;
  try {
    tags = JSON.parse(text);
  } catch {
    throw refusedParameter('tags', "'tags' is not valid JSON");
  }
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
    throw refusedParameter('tags', "'tags' must be the JSON of an object");
  }
  const entries = Object.entries(tags).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const tag = typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
      if (key.includes('\0') || tag.includes('\0'))
        throw refusedParameter('tags', 'A tag must not hold a NUL');
      return [key.toWellFormed(), tag];
    }),
  );
}
