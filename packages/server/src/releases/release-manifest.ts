import { createHash } from 'node:crypto';
import type { ChangeKind, PipelineTrigger } from '@dividend/contracts/ledger';
import type { Signature } from '@dividend/contracts/serving';
import { canonicalJson } from '@dividend/core/ledger';

/** Everything that answers on an endpoint, by digest. Its canonical JSON is hashed into the digest of the release. */
export interface ReleaseManifest {
  readonly apiVersion: 'dividend/v1';
  readonly kind: 'Release';
  readonly model: string;
  readonly version: string;
  readonly runId: string | null;
  readonly pipelineRunId: string | null;
  readonly specDigest: string;
  readonly changeKind: ChangeKind;
  readonly trigger: PipelineTrigger;
  readonly trainingStartedAt: string | null;
  /** Role → digest: weights, signature, golden, reference, bins, … */
  readonly parts: Readonly<Record<string, string>>;
  /** Dataset name → digest, as far as the version tells. */
  readonly data: Readonly<Record<string, string>>;
  readonly signature: Signature;
  readonly metrics: Readonly<Record<string, number>>;
}

export function digestOfJson(value: unknown): { digest: string; text: string } {
  const text = canonicalJson(value);
  return { digest: digestOfBytes(Buffer.from(text)), text };
}

export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
