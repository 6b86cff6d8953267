/** What the load generator is told to do. */
export type LoadOrder =
  | {
      readonly kind: 'open';
      readonly url: string;
      readonly body: string;
      readonly connections: number;
      readonly seconds: number;
      readonly ratePerSecond: number;
    }
  | {
      readonly kind: 'closed';
      readonly url: string;
      readonly body: string;
      readonly connections: number;
      readonly seconds: number;
      /** Ends earlier after this many. */
      readonly requests?: number;
    };

/** Latency is from handing a request to the client library to the last byte of its answer, answered requests only. */
export interface LoadResult {
  readonly answered: number;
  readonly failures: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How late the generator itself was in sending: the measurement is good only where this is small. */
  readonly lagMsP99: number;
}
