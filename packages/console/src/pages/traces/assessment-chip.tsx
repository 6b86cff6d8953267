import type { TraceRow } from '@dividend/contracts/api';
import { CircleX, MessageSquare, Target } from 'lucide-react';
import { toneOfAssessment, toValueText } from './assessment-words.ts';

type Shown = TraceRow['assessments'][number];

/** An assessment in one word: feedback that says yes is green, one that says no is red. */
export function AssessmentChip({ assessment }: { assessment: Shown }) {
  const { name, kind, isError } = assessment;
  const Icon = isError ? CircleX : kind === 'expectation' ? Target : MessageSquare;
  return (
    <span
      title={`${kind} ${name}: ${isError ? 'the scorer failed' : toValueText(assessment.value)}`}
      className={`inline-flex max-w-[min(11rem,100%)] items-center gap-1 rounded border px-1.5 text-xs ${toneOfAssessment(assessment)}`}
    >
      <Icon size={11} aria-hidden className="shrink-0" />
      <span className="min-w-8 truncate">{name}:</span>
      <span className="max-w-24 shrink-0 truncate font-medium">
        {isError ? 'failed' : toValueText(assessment.value)}
      </span>
    </span>
  );
}
