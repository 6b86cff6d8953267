import type { ColumnReference } from '@dividend/core/monitoring';
import type { Cohort } from '@dividend/core/receipts';
import type { Signature } from './signature.ts';

/**
 * What a serving process needs to route and answer: fetched from `GET /internal/v1/snapshot` (ETag; `?wait=25`
 * holds the request until the snapshot differs from `If-None-Match`), kept on disk, enough to serve without control.
 */
export interface Snapshot {
  readonly version: string;
  readonly receiptKey: { readonly id: number; readonly secret: string };
  readonly endpoints: readonly EndpointRoute[];
  readonly releases: readonly ServedRelease[];
}

/** One endpoint in one environment. Callers name it `<name>` in production and `<name>@staging` in staging. */
export interface EndpointRoute {
  readonly name: string;
  readonly environment: 'production' | 'staging';
  /** Salt of the unit hash; a new rollout brings a new one. */
  readonly salt: string;
  /** 0 when no rollout is under way. */
  readonly rolloutIndex: number;
  /** Cover buckets 0..9999 without gap or overlap. */
  readonly arms: readonly Arm[];
}

/** A range of hash buckets [fromBucket, toBucket) answered by one release. */
export interface Arm {
  readonly cohort: Cohort;
  readonly releaseIndex: number;
  readonly fromBucket: number;
  readonly toBucket: number;
}

/** A release that must be loaded and warm, whether or not an arm points at it yet. */
export interface ServedRelease {
  readonly index: number;
  readonly digest: string;
  readonly model: string;
  readonly version: string;
  readonly weights: { readonly digest: string; readonly bytes: number };
  readonly signature: Signature;
  /** Input columns to be counted on their pinned bins. */
  readonly reference: readonly ColumnReference[];
  /** Rows to run before the release counts as warm. */
  readonly warmup: Record<string, readonly (number | string | boolean)[]>;
}

/** What a serving process says of itself: `PUT /internal/v1/serving/:processId`, on every change and each 5 s. */
export interface ServingStatus {
  readonly processId: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly snapshotVersion: string | null;
  readonly releases: readonly {
    readonly digest: string;
    readonly state: 'loading' | 'ready' | 'failed';
    readonly reason?: string;
  }[];
  readonly residentBytes: number;
}
