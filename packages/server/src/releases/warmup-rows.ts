import type { GoldenRows, Signature } from '@dividend/contracts/serving';
import { rowWidth } from './check-golden.ts';

export type WarmupRows = Record<string, readonly (number | string | boolean)[]>;

/** Enough to touch every branch of a small model; more only delays readiness. */
const warmupRowCount = 16;

/** The first golden rows, which a serving process runs before it calls the release warm. */
export function takeWarmupRows(signature: Signature, golden: GoldenRows): WarmupRows {
  return Object.fromEntries(
    signature.inputs.map((input) => [
      input.name,
      (golden.inputs[input.name] ?? []).slice(0, warmupRowCount * rowWidth(input)),
    ]),
  );
}
