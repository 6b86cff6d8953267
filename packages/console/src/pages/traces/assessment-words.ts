import type { TraceRow } from '@dividend/contracts/api';

/** Feedback that says yes is green, one that says no is red; no other value is good or bad by itself. */
export function toneOfAssessment({
  kind,
  value,
  isError,
}: Pick<TraceRow['assessments'][number], 'kind' | 'value' | 'isError'>): string {
  const word = toValueText(value).toLowerCase();
  if (isError || (kind === 'feedback' && /^(false|no|fail)$/.test(word)))
    return 'border-bad/40 bg-bad-soft text-bad';
  if (kind === 'feedback' && /^(true|yes|pass)$/.test(word)) return 'border-good/40 bg-good-soft text-good';
  return 'border-line bg-raised text-muted';
}

/** What a JSON text says; its end may be missing. */
export function toValueText(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return `${json.replace(/^"/, '')}…`;
  }
}
