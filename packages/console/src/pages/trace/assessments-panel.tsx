import type { TraceAssessment, TraceDetail } from '@dividend/contracts/api';
import { Bot, Code, Ellipsis, History, Pencil, Plus, Trash2, User } from 'lucide-react';
import { useState } from 'react';
import { deleteAssessment } from '../../live/traces.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/card.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { parseExactJson } from '../../ui/exact-json.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { When } from '../../ui/small-parts.tsx';
import { toneOfAssessment, toValueText } from '../traces/assessment-words.ts';
import { type AskedAssessment, AssessmentDialog } from './assessment-dialog.tsx';
import { type AssessmentHistory, toHistories } from './assessment-histories.ts';

type Asked = AskedAssessment | { readonly act: 'delete'; readonly assessment: TraceAssessment };

/** What people, judges and code said of a trace, with what they said before. */
export function AssessmentsPanel({
  trace,
  opened,
  nameOfSpan,
  onOpenSpan,
}: {
  trace: TraceDetail;
  /** The span that is open. */
  opened: string | undefined;
  nameOfSpan: (spanId: string) => string | undefined;
  onOpenSpan: (spanId: string) => void;
}) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const histories = toHistories(trace.assessments);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Button onClick={() => setAsked({ act: 'add', spanId: opened })}>
          <Plus size={14} aria-hidden /> Add an assessment
        </Button>
      </div>
      {histories.length === 0 && (
        <Empty>
          Nobody has judged this trace yet. Feedback says how good it was, an expectation what was right.
        </Empty>
      )}
      <ul className="flex flex-col gap-2">
        {histories.map((history) => (
          <li key={history.current.assessmentId} className="rounded-md border border-line px-3 py-2">
            <Current history={history} nameOfSpan={nameOfSpan} onAsk={setAsked} onOpenSpan={onOpenSpan} />
          </li>
        ))}
      </ul>
      {asked?.act === 'delete' && (
        <DialogForm
          title={`Delete ${asked.assessment.name}?`}
          description={
            asked.assessment.overrides === null
              ? 'It is gone for good.'
              : 'It is gone for good; what it took the place of holds again.'
          }
          action="Delete"
          look="danger"
          run={() => deleteAssessment(trace.traceId, asked.assessment.assessmentId)}
          onClose={close}
        />
      )}
      {asked !== undefined && asked.act !== 'delete' && (
        <AssessmentDialog
          trace={trace}
          asked={asked}
          spanName={opened === undefined ? undefined : nameOfSpan(opened)}
          onClose={close}
        />
      )}
    </div>
  );
}

function Current({
  history: { current, before },
  nameOfSpan,
  onAsk,
  onOpenSpan,
}: {
  history: AssessmentHistory;
  nameOfSpan: (spanId: string) => string | undefined;
  onAsk: (asked: Asked) => void;
  onOpenSpan: (spanId: string) => void;
}) {
  const { spanId } = current;
  return (
    <>
      <div className="flex items-start justify-between gap-2">
        <h3 className="min-w-0 font-medium wrap-anywhere">
          {current.name} <span className="text-xs font-normal text-faint">{current.kind}</span>
        </h3>
        {current.kind !== 'issue' && (
          <Menu
            items={actionsOn(current, onAsk)}
            trigger={
              <button
                type="button"
                aria-label={`Actions on ${current.name}`}
                className="cursor-pointer rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
              >
                <Ellipsis size={16} aria-hidden />
              </button>
            }
          />
        )}
      </div>
      <Said assessment={current} />
      {spanId !== null && (
        <p className="mt-1 text-xs text-muted">
          of the span{' '}
          <button
            type="button"
            onClick={() => onOpenSpan(spanId)}
            className="cursor-pointer text-accent hover:underline"
          >
            {nameOfSpan(spanId) ?? spanId}
          </button>
        </p>
      )}
      {before.length > 0 && (
        <details className="mt-2">
          <summary className="cursor-pointer text-xs text-muted hover:text-ink">
            <History size={12} aria-hidden className="mr-1 inline align-[-0.1em]" />
            said before ({before.length})
          </summary>
          <ol className="mt-1 flex flex-col gap-2 border-l border-line pl-3">
            {before.map((each) => (
              <li key={each.assessmentId} className="opacity-80">
                <Said assessment={each} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function actionsOn(assessment: TraceAssessment, onAsk: (asked: Asked) => void): MenuItem[] {
  return [
    { label: 'Correct, keeping the old', icon: History, run: () => onAsk({ act: 'override', assessment }) },
    { label: 'Edit in place', icon: Pencil, run: () => onAsk({ act: 'edit', assessment }) },
    { label: 'Delete', icon: Trash2, isDanger: true, run: () => onAsk({ act: 'delete', assessment }) },
  ];
}

const sources: Readonly<Record<string, typeof User>> = { HUMAN: User, LLM_JUDGE: Bot, CODE: Code };

function Said({ assessment }: { assessment: TraceAssessment }) {
  const { error, rationale, sourceType, sourceId, createdAt, updatedAt, metadata } = assessment;
  const Source = sources[sourceType] ?? Code;
  return (
    <div className="mt-1 flex flex-col gap-1.5">
      {error === null ? <Value assessment={assessment} /> : <ScorerFailure error={error} />}
      {rationale !== null && rationale !== '' && (
        <p className="whitespace-pre-wrap wrap-anywhere text-muted">{rationale}</p>
      )}
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-faint">
        <span className="inline-flex items-center gap-1" title={sourceType}>
          <Source size={12} aria-hidden />
          {sourceId ?? sourceType.toLowerCase().replaceAll('_', ' ')}
        </span>
        <When at={createdAt} />
        {updatedAt !== createdAt && (
          <span>
            edited <When at={updatedAt} />
          </span>
        )}
      </p>
      {Object.keys(metadata).length > 0 && <JsonTree value={metadata} openLevels={0} />}
    </div>
  );
}

function Value({ assessment }: { assessment: TraceAssessment }) {
  const value = parseExactJson(assessment.value);
  if (typeof value === 'object' && value !== null) return <JsonTree value={value} />;
  return (
    <p>
      <span
        className={`inline-block rounded border px-1.5 whitespace-pre-wrap wrap-anywhere ${toneOfAssessment({ ...assessment, isError: false })}`}
      >
        {toValueText(assessment.value)}
      </span>
    </p>
  );
}

function ScorerFailure({
  error: { code, message, stack },
}: {
  error: NonNullable<TraceAssessment['error']>;
}) {
  return (
    <div className="rounded border border-bad/40 bg-bad-soft px-2 py-1.5">
      <p className="text-bad wrap-anywhere">
        The scorer failed: {code ?? ''} {message ?? ''}
      </p>
      {stack !== null && (
        <details>
          <summary className="cursor-pointer text-xs text-muted hover:text-ink">Stack</summary>
          <pre className="mt-1 max-h-64 overflow-auto font-mono text-xs">{stack}</pre>
        </details>
      )}
    </div>
  );
}
