import type {
  Alarm,
  Analysis,
  ApplyRequest,
  ApplyResult,
  BaselineAnswer,
  BaselineImportResult,
  CostAnswer,
  DoraAnswer,
  DriftLagAnswer,
  FeedbackRequest,
  FeedbackResult,
  GcJob,
  GcRequest,
  Incident,
  LedgerEntry,
  LedgerStatus,
  LedgerVerification,
  ModelDetail,
  ModelSummary,
  MonitoringReport,
  Overview,
  PipelineRun,
  PriceBookAnswer,
  PriceBookRequest,
  PublishedAnswer,
  Release,
  RoiAnswer,
  RoiQuery,
  Rollout,
  ValueQuery,
} from '@dividend/contracts/api';
import type { BaselineLabel } from '@dividend/core/value';
import { type Fetch, type HttpOptions, request, requestJson } from './http.ts';
import { type Prediction, type PredictRequest, predict } from './predict.ts';

export interface ClientOptions {
  /** Address of control. Default `http://127.0.0.1:7400`. */
  readonly url?: string;
  /** Address of serving. Default `http://127.0.0.1:7401`. */
  readonly servingUrl?: string;
  readonly fetch?: Fetch;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

export type Client = ReturnType<typeof createClient>;

/** Own API of Dividend, typed. Every method throws DividendError with the server's code. */
export function createClient(options: ClientOptions = {}) {
  const base = options.url ?? 'http://127.0.0.1:7400';
  const servingUrl = options.servingUrl ?? 'http://127.0.0.1:7401';
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const json = <Answer>(path: string, http?: HttpOptions) => requestJson<Answer>(send, base, path, http);
  const at = (...parts: string[]) => `/api/v1/${parts.map(encodeURIComponent).join('/')}`;

  return {
    url: base,
    servingUrl,
    /** Any route by path, for what has no method yet. */
    get: <Answer>(path: string, query?: HttpOptions['query']) => json<Answer>(path, query ? { query } : {}),
    raw: (path: string, http?: HttpOptions) => request(send, base, path, http),

    apply: (body: ApplyRequest) => json<ApplyResult>(at('specs', 'apply'), { json: body }),
    putBlob: async (digest: string, content: Uint8Array<ArrayBuffer>) => {
      await request(send, base, at('blobs', digest), {
        method: 'PUT',
        body: content,
        headers: { 'content-type': 'application/octet-stream' },
      });
    },
    overview: () => json<Overview>(at('overview')),
    model: (name: string) => json<ModelDetail>(at('models', name)),
    models: () => json<Page<ModelSummary>>(at('models')),

    beginGc: (body: GcRequest) => json<GcJob>(at('gc'), { json: body }),
    startPipeline: (body: {
      model: string;
      params?: Record<string, string | number | boolean>;
      idempotencyKey?: string;
    }) => json<{ pipelineRunId: string }>(at('pipeline-runs'), { json: body }),
    pipelineRun: (id: string) => json<PipelineRun>(at('pipeline-runs', id)),
    pipelineRuns: (query: { model?: string; limit?: number } = {}) =>
      json<Page<PipelineRun>>(at('pipeline-runs'), { query }),
    cancelPipeline: (id: string) => json<PipelineRun>(at('pipeline-runs', id, 'cancel'), { json: {} }),
    pipelineLogs: (id: string, query: { step: string; offset?: number }) =>
      json<{ text: string; nextOffset: number; finished: boolean }>(at('pipeline-runs', id, 'logs'), {
        query,
      }),

    startRollout: (body: { model: string; version: string }) =>
      json<{ rolloutId: string }>(at('rollouts'), { json: body }),
    rollout: (id: string) => json<Rollout>(at('rollouts', id)),
    rollouts: (query: { model?: string; limit?: number } = {}) =>
      json<Page<Rollout>>(at('rollouts'), { query }),
    analyses: (id: string) => json<Page<Analysis>>(at('rollouts', id, 'analyses')),
    approve: (id: string, body: { approve: boolean; reason: string }) =>
      json<Rollout>(at('rollouts', id, 'approval'), { json: body }),
    rollBack: (id: string, reason: string) =>
      json<Rollout>(at('rollouts', id, 'rollback'), { json: { reason } }),
    rollBackEndpoint: (endpoint: string, reason: string) =>
      json<{ rolloutId: string }>(at('endpoints', endpoint, 'rollback'), { json: { reason } }),
    releases: (query: { model?: string } = {}) => json<Page<Release>>(at('releases'), { query }),

    feedback: (body: FeedbackRequest) => json<FeedbackResult>(at('feedback'), { json: body }),
    monitoring: (endpoint: string) => json<MonitoringReport>(at('endpoints', endpoint, 'monitoring')),
    alarms: (query: { model?: string; state?: string } = {}) => json<Page<Alarm>>(at('alarms'), { query }),
    incidents: (query: { model?: string; status?: string } = {}) =>
      json<Page<Incident>>(at('incidents'), { query }),

    ledgerEntries: (query: { type?: string; model?: string; limit?: number; cursor?: string } = {}) =>
      json<Page<LedgerEntry>>(at('ledger', 'entries'), { query }),
    ledgerStatus: () => json<LedgerStatus>(at('ledger', 'status')),
    verifyLedger: () => json<LedgerVerification>(at('ledger', 'verify'), { json: {} }),
    exportLedger: () => request(send, base, at('ledger', 'export')),

    dora: (query: ValueQuery) => json<DoraAnswer>(at('value', 'dora'), { query }),
    costPerDeployment: (query: ValueQuery) => json<CostAnswer>(at('value', 'cost-per-deployment'), { query }),
    driftLag: (query: ValueQuery) => json<DriftLagAnswer>(at('value', 'drift-lag'), { query }),
    roi: (query: RoiQuery) => json<RoiAnswer>(at('value', 'roi'), { query }),
    baseline: (model: string) => json<BaselineAnswer>(at('value', 'baseline'), { query: { model } }),
    /** Idempotent by content. `csv`: columns as in docs/value.md. */
    importBaseline: (query: { model: string; label?: BaselineLabel }, csv: string) =>
      json<BaselineImportResult>(at('value', 'baseline'), {
        method: 'POST',
        query,
        body: csv,
        headers: { 'content-type': 'text/csv' },
      }),
    priceBook: () => json<PriceBookAnswer>(at('value', 'price-book')),
    setPriceBook: (book: PriceBookRequest) =>
      json<PriceBookAnswer>(at('value', 'price-book'), { method: 'PUT', json: book }),
    publishedExample: () => json<PublishedAnswer>(at('value', 'published-example')),

    predict: (endpoint: string, body: PredictRequest): Promise<Prediction> =>
      predict(send, servingUrl, endpoint, body),
  };
}
