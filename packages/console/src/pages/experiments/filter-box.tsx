import { Filter, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { type Completion, type FilterProblem, findProblem, readCompletion } from './complete-filter.ts';
import type { Proposal } from './use-proposals.ts';

/** What is filtered, and what can be said of it. */
export interface FilterSubject {
  readonly label: string;
  readonly placeholder: string;
  /** What fits at the cursor. */
  readonly useProposals: (experimentId: string, completion: Completion | undefined) => readonly Proposal[];
  /** The filter that a text stands for: plain words mean something, too. */
  readonly toFilter: (text: string) => string;
}

/** Runs or traces by MLflow's search grammar; proposes names, comparators and values, and shows what is wrong where it is. */
export function FilterBox({
  experimentId,
  of: { label, placeholder, useProposals, toFilter },
  filter,
  problem,
  onApply,
}: {
  experimentId: string;
  of: FilterSubject;
  filter: string;
  /** What the server said about the filter. */
  problem: FilterProblem | undefined;
  onApply: (filter: string) => void;
}) {
  const [text, setText] = useState(filter);
  const [cursor, setCursor] = useState<number>();
  const [position, setPosition] = useState(-1);
  const [refused, setRefused] = useState<FilterProblem>();
  const place = useRef<HTMLInputElement>(null);
  const listId = useId();
  useEffect(() => {
    setText(filter);
    setRefused(undefined);
  }, [filter]);
  const completion = cursor === undefined ? undefined : readCompletion(text, cursor);
  const proposals = useProposals(experimentId, completion);
  const isOpen = completion !== undefined && proposals.length > 0;

  const type = (next: string, at: number) => {
    setText(next);
    setCursor(at);
    setPosition(-1);
    setRefused(undefined);
  };
  const take = (proposal: Proposal) => {
    if (completion === undefined || cursor === undefined) return;
    const before = `${text.slice(0, completion.start)}${proposal.text} `;
    type(before + text.slice(cursor).replace(/^['"`]?\s*/, ''), before.length);
    requestAnimationFrame(() => {
      place.current?.focus();
      place.current?.setSelectionRange(before.length, before.length);
    });
  };
  const apply = (next: string) => {
    setCursor(undefined);
    const wanted = toFilter(next);
    const found = findProblem(wanted);
    setRefused(found);
    if (found === undefined) onApply(wanted);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const chosen = isOpen ? proposals[position] : undefined;
    if (step !== 0 && isOpen) {
      event.preventDefault();
      setPosition(
        (position + step + proposals.length + (position === -1 && step === -1 ? 1 : 0)) % proposals.length,
      );
    } else if (event.key === 'ArrowDown') setCursor(place.current?.selectionStart ?? text.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Enter') apply(text);
    else if (event.key === 'Escape') setCursor(undefined);
  };
  const shown = refused ?? (text === filter ? problem : undefined);
  return (
    <div className="relative min-w-64 flex-1">
      <span className="relative flex items-center">
        <Filter size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-faint" />
        <input
          ref={place}
          role="combobox"
          aria-label={label}
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && position >= 0 ? `${listId}-${position}` : undefined}
          aria-invalid={shown !== undefined}
          aria-describedby={shown === undefined ? undefined : `${listId}-problem`}
          spellCheck={false}
          autoComplete="off"
          maxLength={10_000}
          placeholder={placeholder}
          value={text}
          onChange={(event) =>
            type(event.target.value, event.target.selectionStart ?? event.target.value.length)
          }
          onClick={() => setCursor(place.current?.selectionStart ?? text.length)}
          onFocus={() => text === '' && setCursor(0)}
          onBlur={() => setCursor(undefined)}
          onKeyDown={press}
          className={`w-full rounded-md border bg-card py-1.5 pr-8 pl-8 font-mono text-xs placeholder:font-sans placeholder:text-faint hover:border-faint ${shown === undefined ? 'border-line' : 'border-bad'}`}
        />
        {text !== '' && (
          <button
            type="button"
            aria-label="Clear the filter"
            onClick={() => {
              setText('');
              apply('');
            }}
            className="absolute right-2 cursor-pointer rounded p-0.5 text-faint hover:text-ink"
          >
            <X size={14} aria-hidden />
          </button>
        )}
      </span>
      {isOpen && <Proposals id={listId} proposals={proposals} position={position} onTake={take} />}
      {shown !== undefined && <Problem id={`${listId}-problem`} text={text} problem={shown} />}
    </div>
  );
}

function Proposals({
  id,
  proposals,
  position,
  onTake,
}: {
  id: string;
  proposals: readonly Proposal[];
  position: number;
  onTake: (proposal: Proposal) => void;
}) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Proposals"
      className="absolute z-30 mt-1 max-h-80 w-[28rem] max-w-full overflow-y-auto rounded-lg border border-line bg-card p-1 shadow-xl"
    >
      {proposals.map((proposal, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard stays in the field above and moves from there
        <div
          key={proposal.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === position}
          // Before the field loses the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(proposal)}
          className={`flex cursor-pointer items-center gap-3 rounded px-2 py-1 ${index === position ? 'bg-accent-soft' : 'hover:bg-raised'}`}
        >
          <span className="min-w-0 flex-1 truncate font-mono text-xs">{proposal.text}</span>
          <span className="shrink-0 text-xs text-faint">{proposal.note}</span>
        </div>
      ))}
    </div>
  );
}

function Problem({
  id,
  text,
  problem: { message, place },
}: {
  id: string;
  text: string;
  problem: FilterProblem;
}) {
  return (
    <div
      id={id}
      role="alert"
      className="mt-1.5 rounded-md border border-bad/40 bg-bad-soft px-3 py-2 text-bad"
    >
      {place !== undefined && (
        <code className="block font-mono text-xs break-all whitespace-pre-wrap text-ink">
          {text.slice(0, place)}
          <mark className="bg-transparent text-bad underline decoration-wavy underline-offset-4">
            {text.slice(place) || ' ⌶'}
          </mark>
        </code>
      )}
      <p className="mt-1 text-xs wrap-anywhere">{message}</p>
    </div>
  );
}
