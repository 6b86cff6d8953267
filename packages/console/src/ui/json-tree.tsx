import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { ExactNumber } from './exact-json.ts';
import { formatNumber } from './format.ts';

/** Of a text in a tree, until all of it is asked for. */
const shownCharacters = 600;
/** Of a list or an object, each time more are asked for. */
const shownEntries = 100;

/** Any JSON value as text that folds; nothing of it is ever markup. */
export function JsonTree({ value, openLevels = 2 }: { value: unknown; openLevels?: number }) {
  return (
    <div className="font-mono text-xs leading-relaxed">
      <Value value={value} openLevels={openLevels} />
    </div>
  );
}

function Value({ name, value, openLevels }: { name?: string; value: unknown; openLevels: number }) {
  if (isBranch(value) && Object.keys(value).length > 0)
    return <Branch {...(name === undefined ? {} : { name })} value={value} openLevels={openLevels} />;
  return (
    <div className="pl-4 wrap-anywhere">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  );
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> | readonly unknown[] {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
}

function Name({ name }: { name: string | undefined }) {
  if (name === undefined) return null;
  return (
    <>
      <span className="text-(--blue)">{name}</span>
      <span className="text-faint">: </span>
    </>
  );
}

function Branch({
  name,
  value,
  openLevels,
}: {
  name?: string;
  value: Readonly<Record<string, unknown>> | readonly unknown[];
  openLevels: number;
}) {
  const [isOpen, setOpen] = useState(openLevels > 0);
  const [shown, setShown] = useState(shownEntries);
  const keys = Object.keys(value);
  const isList = Array.isArray(value);
  const Fold = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex max-w-full cursor-pointer items-start text-left wrap-anywhere hover:bg-raised"
      >
        <Fold size={14} aria-hidden className="mt-0.5 shrink-0 text-faint" />
        <span className="min-w-0 pl-0.5">
          <Name name={name} />
          <span className="text-faint">
            {isList ? `[${formatNumber(keys.length)}]` : `{${formatNumber(keys.length)}}`}
            {!isOpen && ` ${peek(value)}`}
          </span>
        </span>
      </button>
      {isOpen && (
        <div className="ml-[0.4rem] border-l border-line pl-2">
          {keys.slice(0, shown).map((key) => (
            <Value
              key={key}
              name={key}
              value={(value as Readonly<Record<string, unknown>>)[key]}
              openLevels={openLevels - 1}
            />
          ))}
          {keys.length > shown && (
            <button
              type="button"
              onClick={() => setShown(shown + 10 * shownEntries)}
              className="cursor-pointer pl-4 text-accent hover:underline"
            >
              {formatNumber(keys.length - shown)} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** What a folded value begins with. */
function peek(value: object): string {
  const names = Array.isArray(value) ? [] : Object.keys(value).slice(0, 4);
  return names.length === 0 ? '' : `${names.join(', ').slice(0, 60)} …`;
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === 'string') return <Text text={value} />;
  if (value instanceof ExactNumber) return <span className="text-(--violet)">{value.text}</span>;
  if (isBranch(value)) return <span className="text-faint">{Array.isArray(value) ? '[]' : '{}'}</span>;
  return <span className="text-(--violet)">{String(value)}</span>;
}

function Text({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > shownCharacters;
  return (
    <span className="whitespace-pre-wrap text-good">
      <span className="text-faint">“</span>
      {isLong && !isWhole ? text.slice(0, shownCharacters).toWellFormed() : text}
      <span className="text-faint">”</span>
      {isLong && (
        <button
          type="button"
          onClick={() => setWhole(!isWhole)}
          className="ml-1.5 cursor-pointer font-sans text-accent hover:underline"
        >
          {isWhole ? 'less' : `all ${formatNumber(text.length)} characters`}
        </button>
      )}
    </span>
  );
}
