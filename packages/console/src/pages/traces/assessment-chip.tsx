import type { TraceRow } from '@dividend/contracts/api';
import { CircleX, MessageSquare, Target } from 'lucide-react';

type Shown = TraceRow['assessments'][number];

/** An assessment in one word: feedback that says yes is green, one that says no is red. */
export function AssessmentChip({ assessment }: { assessment: Shown }) {
  const { name, kind, isError } = assessment;
  const Icon = isError ? CircleX : kind === 'expectation' ? Target : MessageSquare;
  return (
    <span
      title={`${kind} ${name}: ${isError ? 'the scorer failed' : toText(assessment.value)}`}
      className={`inline-flex max-w-44 items-center gap-1 rounded border px-1.5 text-xs ${toneOf(assessment)}`}
    >
      <Icon size={11} aria-hidden className="shrink-0" />
      <span className="truncate">
        {name}: <span className="font-medium">{isError ? 'failed' : toText(assessment.value)}</span>
      </span>
    </span>
  );
}

function toneOf({ kind, value, isError }: Shown): string {
  const word = toText(value).toLowerCase();
  if (isError || (kind === 'feedback' && /^(false|no|fail)$/.test(word)))
    return 'border-bad/40 bg-bad-soft text-bad';
  if (kind === 'feedback' && /^(true|yes|pass)$/.test(word)) return 'border-good/40 bg-good-soft text-good';
  return 'border-line bg-raised text-muted';
}

/** A JSON text of which the end may be missing. */
function toText(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return `${json.replace(/^"/, '')}…`;
  }
}
