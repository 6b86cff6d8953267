import { DividendError } from '@dividend/core/errors';
import { parseFilter } from '@dividend/core/search';
import { Filter, X } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { toFilterText } from '../experiments/filter-text.ts';

/** Traces by MLflow's search grammar; what is wrong is shown where it is. Plain words are looked for in all spans. */
export function TraceFilterField({
  filter,
  problem,
  onApply,
}: {
  filter: string;
  /** What the server said about the filter. */
  problem: string | undefined;
  onApply: (filter: string) => void;
}) {
  const [text, setText] = useState(filter);
  const [refused, setRefused] = useState<string>();
  const id = useId();
  useEffect(() => {
    setText(filter);
    setRefused(undefined);
  }, [filter]);
  const apply = (next: string) => {
    const wanted = toTraceFilter(next);
    const found = findProblem(wanted);
    setRefused(found);
    if (found === undefined) onApply(wanted);
  };
  const shown = refused ?? (text === filter ? problem : undefined);
  return (
    <form
      className="min-w-64 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <span className="relative flex items-center">
        <Filter size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-faint" />
        <input
          aria-label="Filter traces"
          aria-invalid={shown !== undefined}
          aria-describedby={shown === undefined ? undefined : id}
          spellCheck={false}
          autoComplete="off"
          maxLength={10_000}
          placeholder="status = 'ERROR' AND execution_time_ms > 1000 AND span.type = 'TOOL', or words of any span"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setRefused(undefined);
          }}
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
      {shown !== undefined && <Problem id={id} text={text} message={shown} />}
    </form>
  );
}

function Problem({ id, text, message }: { id: string; text: string; message: string }) {
  const character = /at character (\d+)/.exec(message)?.[1];
  const place = character === undefined ? undefined : Number(character) - 1;
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
      <p className="text-xs wrap-anywhere">{message}</p>
    </div>
  );
}

/** The message of what is wrong with the grammar; names and comparators are judged by the server. */
function findProblem(filter: string): string | undefined {
  try {
    parseFilter(filter);
    return undefined;
  } catch (error) {
    return error instanceof DividendError ? error.message : undefined;
  }
}

/** Words without a comparison are looked for in names and contents of spans. */
export function toTraceFilter(text: string): string {
  const words = text.trim();
  const isPlain = /^[\p{L}\p{N}_\-.,:;?! ]+$/u.test(words) && findProblem(words) !== undefined;
  return isPlain ? `text ILIKE ${toFilterText(`%${words}%`)}` : words;
}
