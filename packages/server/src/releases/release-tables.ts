import type { ChangeKind, PipelineTrigger } from '@dividend/contracts/ledger';
import type { ColumnReference } from '@dividend/core/monitoring';
import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { ReleaseManifest } from './release-manifest.ts';
import type { WarmupRows } from './warmup-rows.ts';

/** What serving needs beside weights and signature. */
export interface ServingPart {
  readonly weightsBytes: number;
  readonly reference: readonly ColumnReference[];
  readonly scoreReference: ColumnReference | null;
  readonly warmup: WarmupRows;
}

export type ReleaseTables = {
  release: {
    release_index: GeneratedAlways<number>;
    digest: string;
    content_digest: string;
    model: string;
    version: string;
    weights_digest: string;
    change_kind: ChangeKind;
    trigger: PipelineTrigger;
    manifest: JSONColumnType<ReleaseManifest>;
    serving: JSONColumnType<ServingPart>;
    created_at: Date;
  };
};
