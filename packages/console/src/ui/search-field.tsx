import { Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Between the last key and the question: a word is asked for once, not by its letters. */
const pauseMs = 250;

/** A text to look for, asked for when the hand rests. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <span className="relative inline-flex min-w-0 items-center">
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-faint" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="w-64 max-w-full rounded-md border border-line bg-card py-1 pr-7 pl-8 placeholder:text-faint hover:border-faint [&::-webkit-search-cancel-button]:hidden"
      />
      {typed !== '' && (
        <button
          type="button"
          aria-label="Clear"
          onClick={() => {
            setTyped('');
            onChange('');
          }}
          className="absolute right-1.5 cursor-pointer rounded p-0.5 text-faint hover:text-ink"
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </span>
  );
}
