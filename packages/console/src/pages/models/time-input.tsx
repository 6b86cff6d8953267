import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../ui/button.tsx';

/** Between the last key and the question: a year is asked for once, not by its digits. */
const pauseMs = 400;

/** A time in UTC, as the ledger has it; empty for none. */
export function TimeInput({ at, onChange }: { at: string | undefined; onChange: (at: string) => void }) {
  const shown = at?.slice(0, 19) ?? '';
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  useEffect(() => {
    if (toTime(typed) === toTime(shown)) return;
    const timer = setTimeout(() => onChange(toTime(typed)), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, shown, onChange]);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <label className="flex flex-wrap items-center gap-2">
        Which version at (UTC)
        <input
          type="datetime-local"
          step={1}
          value={typed}
          onChange={({ target: { value } }) => setTyped(value)}
          className="rounded-md border border-line bg-page px-2 py-0.5 text-ink"
        />
      </label>
      {at !== undefined && (
        <Button className="!px-1.5 !py-0.5" aria-label="Clear the time" onClick={() => onChange('')}>
          <X size={13} aria-hidden />
        </Button>
      )}
    </span>
  );
}

/** A browser leaves out seconds that are zero. */
function toTime(typed: string): string {
  if (typed === '') return '';
  return `${typed.length === 16 ? `${typed}:00` : typed}Z`;
}
