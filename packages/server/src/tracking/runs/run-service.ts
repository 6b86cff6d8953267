import { DividendError } from '@dividend/core/errors';
import { currentActor } from '../../access/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Platform } from '../../platform/platform.ts';
import { createGroupWriter, type Tx } from '../../platform/postgres/index.ts';
import { refusedParameter } from '../door/index.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import type { Experiment } from '../experiments/experiment-store.ts';
import { checkKey, checkLength, checkRunId, limits, truncate } from '../log-limits.ts';
import { randomName } from '../run-name.ts';
import { newTrackingId } from '../tracking-id.ts';
import { type Batch, checkBatch } from './batch-checks.ts';
import { type RunBatch, weighBatch, writeBatches } from './log-batch.ts';
import { readMetricHistory } from './metric-history.ts';
import { toFinishedEntry } from './run-finished-entry.ts';
import { readRunsJson } from './run-json.ts';
import { type DatasetInput, insertDatasetInputs, insertModelLinks, type ModelLink } from './run-links.ts';
import { loadRun, type Run } from './run-parts.ts';
import { type RunSearch, searchRuns } from './run-search.ts';
import {
  deleteRunTag,
  getActiveRun,
  getRunInfo,
  insertRuns,
  moveRun,
  type RunInfo,
  type RunStatus,
  runNameTag,
  updateRun,
  upsertRunTags,
  writeRunTags,
} from './run-store.ts';
import { type HistorySample, readSampledHistory } from './sampled-history.ts';

export interface NewRun {
  readonly experimentId: string;
  readonly name?: string | undefined;
  readonly userId?: string | undefined;
  readonly startedMs?: number | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RunChange {
  readonly status?: RunStatus | undefined;
  readonly endedMs?: number | undefined;
  readonly name?: string | undefined;
}

/** A new run with its name and tags settled, and who makes it: groups are written in nobody's name. */
interface CheckedRun extends NewRun {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly actor: string;
}

interface NewRunInfo extends RunInfo {
  readonly tags: Readonly<Record<string, string>>;
}

export type RunService = ReturnType<typeof createRunService>;

export function createRunService({ db, clock }: Platform, ledger: Ledger, experiments: ExperimentService) {
  const writeRun = createGroupWriter<CheckedRun, NewRunInfo>(db, {
    write: (tx, runs) => insertNewRuns(tx, runs),
  });
  const logChecked = createGroupWriter<RunBatch, void>(db, {
    write: async (tx, batches) => {
      await writeBatches(tx, batches);
      return [];
    },
    weigh: weighBatch,
  });

  /** Runs with their tags and entries, one statement each. */
  async function insertNewRuns(tx: Tx, runs: readonly CheckedRun[]): Promise<NewRunInfo[]> {
    const ids = [...new Set(runs.map(({ experimentId }) => experimentId))];
    const known = new Map<string, Experiment>();
    for (const id of ids) known.set(id, await experiments.getActive(id, tx));
    const made = runs.map((run) => toNewRun(run, known.get(run.experimentId) as Experiment, clock.now()));
    await insertRuns(tx, made);
    await writeRunTags(
      tx,
      made.flatMap(({ runId, tags }) => Object.entries(tags).map(([key, value]) => ({ runId, key, value }))),
    );
    await ledger.appendAll(
      tx,
      made.map(({ runId, experimentId, name }, index) => ({
        type: 'run.started',
        subject: `run/${runId}`,
        data: { runId, experimentId: String(experimentId), name },
        actor: runs[index]?.actor as string,
      })),
    );
    return made;
  }

  async function update(runId: string, asked: RunChange): Promise<RunInfo> {
    const change = { ...asked, name: asked.name && truncate(asked.name, limits.runTagValue) };
    return db.transaction().execute(async (tx) => {
      const before = await getActiveRun(tx, checkRunId(runId), 'forUpdate');
      await updateRun(tx, runId, change);
      if (change.name) await upsertRunTags(tx, [{ runId, key: runNameTag, value: change.name }]);
      const after = await getRunInfo(tx, runId);
      if (isFinished(after.status) && !isFinished(before.status)) {
        await ledger.append(tx, await toFinishedEntry(tx, after, clock.now().getTime()));
      }
      return after;
    });
  }

  async function inActiveRun<Result>(runId: string, action: (tx: Tx, run: RunInfo) => Promise<Result>) {
    checkRunId(runId);
    return db.transaction().execute(async (tx) => action(tx, await getActiveRun(tx, runId)));
  }

  return {
    create: async (run: NewRun): Promise<NewRunInfo> => {
      checkLength(run.userId ?? '', limits.userId, 'user_id');
      return writeRun({ ...run, ...nameRun(run.name, run.tags ?? {}), actor: currentActor() });
    },
    update,
    get: async (runId: string): Promise<Run> => {
      return loadRun(db, await getRunInfo(db, runId));
    },
    /** As JSON in wire form. */
    getJson: async (runId: string): Promise<string> => {
      const [text] = await readRunsJson(db, [await getRunInfo(db, runId)]);
      return text as string;
    },
    getInfo: (runId: string) => getRunInfo(db, runId),
    logBatch: async (runId: string, batch: Batch, kind?: 'single' | 'batch'): Promise<void> => {
      const checked = checkBatch(batch, kind);
      await logChecked({ runId: checkRunId(runId), ...checked });
    },
    setTag: async (runId: string, key: string, value: string): Promise<void> => {
      const tag = { key: checkKey(key, 'key'), value: truncate(value, limits.runTagValue) };
      await logChecked({ runId: checkRunId(runId), metrics: [], params: [], tags: [tag] });
    },
    deleteTag: (runId: string, key: string) =>
      inActiveRun(runId, async (tx) => {
        if (await deleteRunTag(tx, runId, key)) return;
        throw new DividendError(
          'TAG_NOT_FOUND',
          'not_found',
          `No tag with name: ${key} in run with id ${runId}`,
          {
            field: 'key',
          },
        );
      }),
    /** Idempotent, as in MLflow. */
    move: async (runId: string, to: 'active' | 'deleted'): Promise<void> => {
      await getRunInfo(db, runId);
      await db.transaction().execute(async (tx) => {
        if (!(await moveRun(tx, runId, to, clock.now().getTime()))) return;
        await ledger.append(tx, {
          type: to === 'deleted' ? 'run.deleted' : 'run.restored',
          subject: `run/${runId}`,
          data: { runId },
        });
      });
    },
    logInputs: (runId: string, datasets: readonly DatasetInput[], models: readonly ModelLink[]) =>
      inActiveRun(runId, async (tx, run) => {
        await insertDatasetInputs(tx, run, datasets);
        await insertModelLinks(tx, runId, models);
      }),
    logOutputs: (runId: string, models: readonly ModelLink[]) =>
      inActiveRun(runId, (tx) => insertModelLinks(tx, runId, models)),
    search: (search: RunSearch) => searchRuns(db, search),
    sampledHistory: (sample: HistorySample) => {
      for (const runId of sample.runIds) checkRunId(runId);
      return readSampledHistory(db, sample);
    },
    metricHistory: (history: Parameters<typeof readMetricHistory>[1]) => readMetricHistory(db, history),
  };
}

function toNewRun(
  { name, tags, userId, startedMs }: CheckedRun,
  experiment: Experiment,
  now: Date,
): NewRunInfo {
  const runId = newTrackingId(now);
  return {
    runId,
    experimentId: experiment.experimentId,
    name,
    userId: userId ?? '',
    status: 'RUNNING',
    startedMs: startedMs ?? now.getTime(),
    endedMs: null,
    artifactUri: `${experiment.artifactLocation}/${runId}/artifacts`,
    lifecycleStage: 'active',
    tags,
  };
}

function isFinished(status: RunStatus): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED';
}

/** Name and tag of a run say the same; the first that is given decides, a random name where neither is. */
function nameRun(given: string | undefined, tags: Readonly<Record<string, string>>) {
  for (const key of Object.keys(tags)) checkKey(key, 'key');
  const tagged = tags[runNameTag];
  if (given && tagged && given !== tagged) {
    throw refusedParameter(
      'run_name',
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${given}', mlflow.runName='${tagged}').`,
    );
  }
  const name = truncate(given || tagged || randomName(), limits.runTagValue);
  const cut = Object.entries(tags).map(([key, value]) => [key, truncate(value, limits.runTagValue)] as const);
  return { name, tags: { ...Object.fromEntries(cut), [runNameTag]: name } };
}
