import type { EndpointSummary, MonitoringReport } from '@dividend/contracts/api';
import { type ColumnReference, listBinLabels, toBinCounts } from '@dividend/core/monitoring';
import type { Db } from '../platform/postgres/index.ts';
import type { ReleaseRecord, Releases } from '../releases/index.ts';
import type { Routing } from '../routing/index.ts';
import { type AlarmRecord, listAlarms } from './alarm-store.ts';
import { collectDriftColumns } from './drift-columns.ts';
import { type DriftRow, listDriftWindows } from './drift-store.ts';
import { type AppliedSpecs, type Endpoint, listEndpoints } from './endpoints.ts';
import { findChampion } from './find-champion.ts';
import { estimateLagQuantile } from './label-lag.ts';
import { listPerformance } from './performance-store.ts';
import {
  estimateLatencyQuantile,
  listLabelTotals,
  listLatestRows,
  listTotals,
  listTraffic,
  sumLabelLag,
} from './traffic-store.ts';
import { readWindowSettings, type WindowSettings, windowEnd } from './window-settings.ts';

/** Windows a chart shows; two months of days. */
const reportedWindows = 60;
/** A window may hold several versions. */
const reportedPerformance = 3 * reportedWindows;
const lagHours = 2_000;
const raisedAlarms = 1_000;

interface ReportServices {
  readonly releases: Pick<Releases, 'getByIndex'>;
  readonly routing: Pick<Routing, 'findRoute'>;
}

/** What monitoring knows of an endpoint: traffic, drift of every column, performance by version, label lag. */
export async function readReport(
  db: Db,
  services: ReportServices,
  endpoint: Endpoint,
): Promise<MonitoringReport> {
  const settings = readWindowSettings(endpoint.spec);
  const { hours } = settings;
  const champion = await findChampion(services, endpoint.endpoint);
  const [traffic, drift, performance, lag, alarms] = await Promise.all([
    listTraffic(db, endpoint.endpoint, hours, reportedWindows),
    listDriftWindows(db, endpoint.endpoint, hours, reportedWindows),
    listPerformance(db, endpoint.endpoint, hours, reportedPerformance),
    sumLabelLag(db, endpoint.model, lagHours),
    listAlarms(db, { endpoint: endpoint.endpoint, state: 'raised', limit: raisedAlarms }),
  ]);
  // Counts of another release may be on other bins, and would be read under the wrong labels.
  const own = drift.filter((row) => row.release_index === champion?.index);
  const latest = new Map(own.map((row) => [row.column_name, row.counts.map(Number)]));
  const live = champion && latest.size === 0 ? await readLiveCounts(db, endpoint, champion, hours) : latest;
  const byColumn = Map.groupBy(drift, (row) => row.column_name);
  return {
    endpoint: endpoint.endpoint,
    model: endpoint.model,
    version: champion?.version ?? null,
    window: settings.name,
    columns: listReferences(champion).map((reference) =>
      toColumn(reference, byColumn.get(reference.name) ?? [], live.get(reference.name), settings, alarms),
    ),
    traffic: traffic.map(({ start, requests, errors, rows, latencyBuckets }) => ({
      windowStart: start.toISOString(),
      requests,
      errors,
      rows,
      latencyMsP50: estimateLatencyQuantile(latencyBuckets, 0.5),
      latencyMsP99: estimateLatencyQuantile(latencyBuckets, 0.99),
    })),
    performance: await Promise.all(
      performance.map(async (row) => ({
        windowStart: row.window_start.toISOString(),
        windowEnd: windowEnd(row.window_start, hours).toISOString(),
        version: (await services.releases.getByIndex(row.release_index)).version,
        labels: row.labels,
        coverage: row.predictions > 0 ? Math.min(1, row.labels / row.predictions) : null,
        auc: row.measures.auc ?? null,
        brier: row.measures.brier ?? null,
        logLoss: row.measures.logLoss ?? null,
        ece: row.measures.ece ?? null,
        brierSkill: row.measures.brierSkill ?? null,
      })),
    ),
    reference: { ...champion?.metrics },
    labelLag: { p50Seconds: estimateLagQuantile(lag, 0.5), p90Seconds: estimateLagQuantile(lag, 0.9) },
  };
}

/** Until a window of the release closed: what it has counted so far. */
async function readLiveCounts(
  db: Db,
  { endpoint }: Endpoint,
  champion: ReleaseRecord,
  hours: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await listLatestRows(db, endpoint, champion.index, hours);
  const columns = collectDriftColumns(champion, rows, new Map([[champion.index, champion]]));
  return new Map(
    columns
      .filter(({ current }) => current.n > 0)
      .map(({ reference, current }) => [reference.name, toBinCounts(current)]),
  );
}

function listReferences(champion: ReleaseRecord | undefined): ColumnReference[] {
  if (!champion) return [];
  return [...champion.reference, ...(champion.scoreReference ? [champion.scoreReference] : [])];
}

function toColumn(
  reference: ColumnReference,
  rows: readonly DriftRow[],
  latest: readonly number[] | undefined,
  settings: WindowSettings,
  alarms: readonly AlarmRecord[],
): MonitoringReport['columns'][number] {
  const counts = toBinCounts(reference);
  const labels = [...listBinLabels(reference), 'missing', 'not a number'];
  const shown = labels.map(
    (_, bin) => bin < reference.counts.length || (counts[bin] ?? 0) + (latest?.[bin] ?? 0) > 0,
  );
  const isRaised = alarms.some((alarm) => alarm.kind === 'drift' && alarm.subject === reference.name);
  return {
    column: reference.name,
    kind: reference.kind,
    floor: settings.drift.floor,
    alarm: isRaised ? 'raised' : 'clear',
    points: rows.map((row) => ({
      windowStart: row.window_start.toISOString(),
      windowEnd: windowEnd(row.window_start, settings.hours).toISOString(),
      rows: row.rows,
      psi: row.psi,
      js: row.js,
      noise: row.noise,
      verdict: row.verdict,
    })),
    reference: {
      labels: labels.filter((_, bin) => shown[bin]),
      ratios: toRatios(counts).filter((_, bin) => shown[bin]),
    },
    latest: { ratios: latest ? toRatios(latest).filter((_, bin) => shown[bin]) : [] },
  };
}

function toRatios(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
}

export async function readEndpoints(
  db: Db,
  services: ReportServices,
  specs: AppliedSpecs,
): Promise<EndpointSummary[]> {
  const [endpoints, totals, labels, alarms] = await Promise.all([
    listEndpoints(specs),
    listTotals(db),
    listLabelTotals(db),
    listAlarms(db, { state: 'raised', limit: raisedAlarms }),
  ]);
  return Promise.all(
    endpoints.map(async ({ endpoint, model }) => ({
      endpoint,
      model,
      version: (await findChampion(services, endpoint))?.version ?? null,
      requests: totals.get(endpoint)?.requests ?? 0,
      failed: totals.get(endpoint)?.failed ?? 0,
      labels: labels.get(model) ?? 0,
      alarms: alarms.filter((alarm) => alarm.endpoint === endpoint).length,
      newestEventAt: totals.get(endpoint)?.newestEventAt?.toISOString() ?? null,
    })),
  );
}
