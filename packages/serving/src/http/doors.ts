import type { Limits } from '../config.ts';
import type { Predictor } from '../infer/predictor.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RouteTable } from '../routing/route-table.ts';

/** What the doors of a serving process open to. */
export interface Doors {
  readonly routes: RouteTable;
  readonly predictor: Predictor;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly log: Log;
  hasSnapshot(): boolean;
  isReady(): boolean;
  writeMetrics(inFlight: number): string;
}
