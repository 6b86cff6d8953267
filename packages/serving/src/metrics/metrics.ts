import { latencyBucketsMs } from '@dividend/contracts/serving';
import { findLatencyBucket } from '../journal/chunk-counter.ts';
import type { RequestRecord } from '../journal/request-record.ts';
import { type Labels, writeSeries } from './prometheus-text.ts';

/** What this process counted since it started, for `GET /metrics`. */
export interface Metrics {
  count(record: RequestRecord): void;
  /** A response of any door, by HTTP status. */
  countResponse(status: number): void;
  write(gauges: Gauges): string;
}

/** Values read when the page is asked for. */
export interface Gauges {
  readonly inFlight: number;
  readonly isReady: boolean;
  readonly pendingChunks: number;
  readonly pendingBytes: number;
  readonly droppedRows: number;
  readonly refusedChunks: number;
  readonly releases: readonly { readonly digest: string; readonly state: string }[];
}

interface Series {
  readonly labels: Labels;
  requests: number;
  rows: number;
  readonly faults: Map<string, number>;
  readonly latency: { sumMs: number; n: number; readonly buckets: number[] };
}

const prefix = 'dividend_serving';

export function createMetrics(processName: string): Metrics {
  const series = new Map<string, Series>();
  const responses = new Map<number, number>();

  const seriesOf = ({ endpoint, environment, cohort }: RequestRecord): Series => {
    const key = `${endpoint}@${environment}/${cohort}`;
    let found = series.get(key);
    if (found === undefined) {
      const buckets = new Array<number>(latencyBucketsMs.length + 1).fill(0);
      found = {
        labels: { process: processName, endpoint, environment, cohort },
        requests: 0,
        rows: 0,
        faults: new Map(),
        latency: { sumMs: 0, n: 0, buckets },
      };
      series.set(key, found);
    }
    return found;
  };

  return {
    count: (record) => {
      const found = seriesOf(record);
      found.requests += record.requests;
      found.rows += record.rows;
      if (record.outcome !== 'answered') {
        const key = `${record.outcome}/${record.code ?? 'UNKNOWN'}`;
        found.faults.set(key, (found.faults.get(key) ?? 0) + record.requests);
        return;
      }
      const latencyMs = record.latencyMs ?? 0;
      found.latency.sumMs += latencyMs;
      found.latency.n += 1;
      const bucket = findLatencyBucket(latencyMs);
      found.latency.buckets[bucket] = (found.latency.buckets[bucket] ?? 0) + 1;
    },
    countResponse: (status) => responses.set(status, (responses.get(status) ?? 0) + 1),
    write: (gauges) => {
      const all = [...series.values()];
      const process_ = { process: processName };
      return [
        writeSeries(
          `${prefix}_requests_total`,
          'counter',
          'Requests received, answered or not.',
          all.map(toRequests),
        ),
        writeSeries(`${prefix}_rows_total`, 'counter', 'Rows predicted.', all.map(toRows)),
        writeSeries(
          `${prefix}_errors_total`,
          'counter',
          'Requests that failed by the fault of the server.',
          all.flatMap((item) => toFaults(item, 'error')),
        ),
        writeSeries(
          `${prefix}_rejected_total`,
          'counter',
          'Requests refused for a mistake of the caller.',
          all.flatMap((item) => toFaults(item, 'rejected')),
        ),
        writeSeries(
          `${prefix}_request_duration_seconds`,
          'histogram',
          'From the body read to the answer in the journal, of answered requests.',
          all.flatMap(toHistogram),
        ),
        writeSeries(
          `${prefix}_responses_total`,
          'counter',
          'Responses by HTTP status, all paths.',
          [...responses].map(([status, value]) => ({
            labels: { ...process_, status: String(status) },
            value,
          })),
        ),
        ...toGauges(process_, gauges),
      ].join('');
    },
  };
}

const toRequests = ({ labels, requests }: Series) => ({ labels, value: requests });
const toRows = ({ labels, rows }: Series) => ({ labels, value: rows });

function toFaults({ labels, faults }: Series, outcome: string) {
  return [...faults].flatMap(([key, value]) => {
    const [found, code = ''] = key.split('/');
    return found === outcome ? [{ labels: { ...labels, code }, value }] : [];
  });
}

function toHistogram({ labels, latency }: Series) {
  let cumulative = 0;
  const buckets = latency.buckets.map((count, index) => {
    cumulative += count;
    const edge = latencyBucketsMs[index];
    const le = edge === undefined ? '+Inf' : String(edge / 1000);
    return { suffix: '_bucket', labels: { ...labels, le }, value: cumulative };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels, value: latency.sumMs / 1000 },
    { suffix: '_count', labels, value: latency.n },
  ];
}

function toGauges(labels: Labels, gauges: Gauges): string[] {
  const one = (name: string, type: 'gauge' | 'counter', help: string, value: number) =>
    writeSeries(`${prefix}_${name}`, type, help, [{ labels, value }]);
  return [
    one('in_flight', 'gauge', 'Requests accepted and not answered yet.', gauges.inFlight),
    one(
      'ready',
      'gauge',
      '1 when every endpoint of the snapshot has its releases loaded.',
      gauges.isReady ? 1 : 0,
    ),
    one('journal_pending_chunks', 'gauge', 'Chunks control has not acknowledged.', gauges.pendingChunks),
    one('journal_pending_bytes', 'gauge', 'Bytes of those chunks on disk.', gauges.pendingBytes),
    one(
      'journal_dropped_rows_total',
      'counter',
      'Rows given up at the bound of the disk.',
      gauges.droppedRows,
    ),
    one('journal_refused_chunks_total', 'counter', 'Chunks control would not take.', gauges.refusedChunks),
    one('resident_bytes', 'gauge', 'Resident memory of the process.', process.memoryUsage.rss()),
    writeSeries(
      `${prefix}_release`,
      'gauge',
      'Releases held, by state.',
      gauges.releases.map(({ digest, state }) => ({ labels: { ...labels, digest, state }, value: 1 })),
    ),
  ];
}
