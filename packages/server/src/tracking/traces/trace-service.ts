import { setTimeout as sleep } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';
import type { ArtifactService } from '../../artifacts/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Platform } from '../../platform/platform.ts';
import { refusedParameter } from '../door/index.ts';
import type { ExperimentService } from '../experiments/experiment-service.ts';
import { checkLength, parseExperimentId, truncate } from '../log-limits.ts';
import { getRunInfo } from '../runs/run-store.ts';
import { type Assessment, insertAssessments } from './assessments/assessment-store.ts';
import { checkTraceId, checkTraceMetadata, checkTraceTag, checkTraceTags } from './check-trace.ts';
import { deleteTraceRows } from './delete-traces.ts';
import { listSpans, type SpanRow } from './span-store.ts';
import type { TraceInfo } from './trace-info.ts';
import { traceKeys } from './trace-keys.ts';
import { traceLimits } from './trace-limits.ts';
import { linkPromptsToTrace, linkTracesToRun } from './trace-links.ts';
import { searchTraces, type TraceSearch } from './trace-search.ts';
import {
  deleteTraceTag,
  getTraceRow,
  listTraceRows,
  mergeTraceTags,
  type StoredTrace,
  toStoredTrace,
  traceNotFound,
  upsertTraceInfo,
} from './trace-store.ts';

export interface TraceWithSpans {
  readonly trace: StoredTrace;
  readonly spans: readonly SpanRow[];
}

/** A trace as its client tells of it; the server adds where its files are. */
export interface NewTrace extends Omit<TraceInfo, 'experimentId'> {
  readonly experimentId: string;
  readonly assessments?: readonly Assessment[];
}

export type TraceService = ReturnType<typeof createTraceService>;

interface Domains {
  readonly experiments: ExperimentService;
  readonly artifacts: ArtifactService;
  readonly ledger: Ledger;
}

/** Most that one answer may hold: larger ones would take the memory of the server. */
const answerBytes = 128_000_000;

export function createTraceService({ db }: Platform, { experiments, artifacts, ledger }: Domains) {
  /** Idempotent: the same trace again changes nothing. */
  async function start(trace: NewTrace, isFinalized: boolean): Promise<StoredTrace> {
    const experiment = await experiments.getActive(trace.experimentId);
    const traceId = checkTraceId(trace.traceId);
    const { [traceKeys.spansLocation]: _location, ...tags } = checkTraceTags(trace.tags);
    const info: TraceInfo = {
      ...trace,
      experimentId: experiment.experimentId,
      clientRequestId:
        trace.clientRequestId &&
        checkLength(trace.clientRequestId, traceLimits.clientRequestId, 'client_request_id'),
      requestPreview: cutPreview(trace.requestPreview),
      responsePreview: cutPreview(trace.responsePreview),
      tags: {
        ...tags,
        [traceKeys.artifactLocation]: `${experiment.artifactLocation}/traces/${traceId}/artifacts`,
      },
      metadata: {
        ...checkTraceMetadata(trace.metadata),
        ...(isFinalized ? { [traceKeys.finalized]: 'true' } : {}),
      },
    };
    return db.transaction().execute(async (tx) => {
      await upsertTraceInfo(tx, info, isFinalized);
      await insertAssessments(tx, traceId, trace.assessments ?? []);
      return toStoredTrace(await getTraceRow(tx, traceId));
    });
  }

  async function loadSpans(traces: readonly StoredTrace[]): Promise<TraceWithSpans[]> {
    const bytes = traces.reduce((sum, { spanBytes }) => sum + spanBytes, 0);
    if (bytes > answerBytes) {
      throw refusedParameter(
        'trace_ids',
        `These traces have ${bytes} bytes of spans, more than one answer holds (${answerBytes}); ask for fewer at a time`,
      );
    }
    const spans = await listSpans(
      db,
      traces.map(({ traceId }) => traceId),
    );
    return traces.map((trace) => ({ trace, spans: spans.get(trace.traceId) ?? [] }));
  }

  return {
    start,
    /** Ends a trace of the second API. */
    end: async (
      traceId: string,
      change: Pick<TraceInfo, 'state' | 'tags' | 'metadata'> & { endedMs: number },
    ): Promise<StoredTrace> => {
      const tags = checkTraceTags(change.tags);
      const metadata = checkTraceMetadata(change.metadata);
      return db.transaction().execute(async (tx) => {
        const trace = toStoredTrace(await getTraceRow(tx, traceId, 'forUpdate'));
        const durationMs = change.endedMs - trace.startedMs;
        await upsertTraceInfo(tx, { ...trace, state: change.state, durationMs, tags, metadata }, true);
        return toStoredTrace(await getTraceRow(tx, traceId));
      });
    },
    getInfo: async (traceId: string): Promise<StoredTrace> => toStoredTrace(await getTraceRow(db, traceId)),
    /**
     * A trace with its spans. Unless a part will do, waits up to three seconds for the spans that the client says it has
     * sent: it sends them beside the trace.
     * @throws {DividendError} TRACE_NOT_FOUND, TRACE_INCOMPLETE
     */
    get: async (traceId: string, allowPartial: boolean): Promise<TraceWithSpans> => {
      for (const waitMs of [0, 100, 300, 600, 1000, 1000]) {
        if (waitMs > 0) await sleep(waitMs);
        const trace = toStoredTrace(await getTraceRow(db, traceId));
        if (allowPartial || isComplete(trace)) return (await loadSpans([trace]))[0] as TraceWithSpans;
      }
      throw new DividendError(
        'TRACE_INCOMPLETE',
        'not_found',
        `Trace with ID ${traceId} is not fully exported yet, please try again later.`,
        { field: 'trace_id' },
      );
    },
    listInfos: async (traceIds: readonly string[], experimentIds?: readonly string[]) => {
      const rows = await listTraceRows(db, checkBatch(traceIds), experimentIds?.map(parseExperimentId));
      return rows.map(toStoredTrace);
    },
    list: async (
      traceIds: readonly string[],
      experimentIds?: readonly string[],
    ): Promise<TraceWithSpans[]> => {
      const rows = await listTraceRows(db, checkBatch(traceIds), experimentIds?.map(parseExperimentId));
      return loadSpans(rows.map(toStoredTrace));
    },
    search: (search: TraceSearch) => searchTraces(db, search),
    /** Deletes for good, files too; the number of traces that were here. */
    delete: async (
      experimentId: string,
      which: {
        traceIds?: readonly string[];
        startedUntilMs?: number | undefined;
        maxTraces?: number | undefined;
      },
    ): Promise<number> => {
      const experiment = await experiments.get(experimentId);
      const deleted = await db.transaction().execute(async (tx) => {
        const ids = await deleteTraceRows(tx, { experimentId: experiment.experimentId, ...which });
        if (ids.length > 0) {
          await ledger.append(tx, {
            type: 'traces.deleted',
            subject: `experiment/${experiment.experimentId}`,
            data: { experimentId: String(experiment.experimentId), traces: ids.length },
          });
        }
        return ids;
      });
      for (const id of deleted) await artifacts.remove(experiment.artifactLocation, `traces/${id}`);
      return deleted.length;
    },
    setTag: async (traceId: string, key: string, value: string): Promise<void> => {
      const tag = checkTraceTag(key, value);
      if (!(await mergeTraceTags(db, traceId, tag))) throw traceNotFound(traceId);
    },
    deleteTag: async (traceId: string, key: string): Promise<void> => {
      checkTraceTag(key, '');
      if (await deleteTraceTag(db, traceId, key)) return;
      await getTraceRow(db, traceId);
      throw new DividendError(
        'TAG_NOT_FOUND',
        'not_found',
        `No trace tag with key '${key}' for trace with ID '${traceId}'`,
        { field: 'key' },
      );
    },
    linkToRun: async (traceIds: readonly string[], runId: string): Promise<void> => {
      if (traceIds.length > traceLimits.linksPerRequest) {
        throw refusedParameter(
          'trace_ids',
          `Cannot link more than ${traceLimits.linksPerRequest} traces to a run in a single request. Provided ${traceIds.length} traces.`,
        );
      }
      await getRunInfo(db, runId);
      await linkTracesToRun(db, traceIds.map(checkTraceId), runId);
    },
    linkPrompts: async (traceId: string, prompts: readonly string[]): Promise<void> => {
      await db.transaction().execute(async (tx) => {
        await getTraceRow(tx, traceId, 'forUpdate');
        await linkPromptsToTrace(tx, traceId, prompts);
      });
    },
  };
}

function checkBatch(traceIds: readonly string[]): readonly string[] {
  if (traceIds.length <= traceLimits.batchGet) return traceIds;
  throw refusedParameter(
    'trace_ids',
    `At most ${traceLimits.batchGet} traces can be asked for at once, got ${traceIds.length}`,
  );
}

/** The client counts the spans that it sends; where it does not, one will do. */
function isComplete({ spanCount, metadata }: StoredTrace): boolean {
  return spanCount > 0 && spanCount >= expectedSpans(metadata[traceKeys.sizeStats]);
}

function expectedSpans(sizeStats = '{}'): number {
  try {
    const { num_spans } = JSON.parse(sizeStats) as { num_spans?: unknown };
    return typeof num_spans === 'number' ? num_spans : 0;
  } catch {
    return 0;
  }
}

function cutPreview(text: string | null | undefined): string | null {
  return text == null ? null : truncate(text, traceLimits.preview);
}
