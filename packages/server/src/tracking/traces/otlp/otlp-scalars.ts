import { DividendError } from '@dividend/core/errors';

/** Messages nest no deeper: protobuf's own readers stop here too. */
export const maxDepth = 100;

export function invalidOtlp(reason: string): DividendError {
  return new DividendError('OTLP_INVALID', 'invalid_argument', `Invalid OpenTelemetry format: ${reason}`, {
    field: 'body',
  });
}

/**
 * A text that PostgreSQL can keep, also inside JSON: NUL and halves of surrogate pairs become U+FFFD. What a model wrote
 * is better kept with a mark in it than refused.
 */
export function toStorableText(text: string): string {
  const formed = text.toWellFormed();
  return formed.includes('\0') ? formed.replaceAll('\0', '\ufffd') : formed;
}

/** Protobuf's JSON has no number for three doubles, and JavaScript writes no minus before a zero. */
export function toJsonDouble(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** A 64-bit integer exactly: as a number where JSON readers keep it, else as text. */
export function toJsonInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
