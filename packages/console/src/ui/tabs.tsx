import type { ReactNode } from 'react';

export interface Tab<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** How many are behind it. */
  readonly count?: number;
}

/** Parts of a page of which one is shown. */
export function Tabs<Value extends string>({
  label,
  options,
  value,
  onChange,
  aside,
}: {
  label: string;
  options: readonly Tab<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  /** Ways to other pages, beside the tabs. */
  aside?: ReactNode;
}) {
  return (
    <nav aria-label={label} className="flex flex-wrap items-end gap-x-1 border-b border-line">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-current={option.value === value ? 'page' : undefined}
          onClick={() => onChange(option.value)}
          className={`-mb-px cursor-pointer border-b-2 px-3 py-1.5 whitespace-nowrap ${option.value === value ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
        >
          {option.label}
          {option.count !== undefined && <span className="ml-1.5 text-xs text-faint">{option.count}</span>}
        </button>
      ))}
      {aside}
    </nav>
  );
}
