export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** One of a few, all of them seen. */
export function Segments<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly Segment<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset className="flex flex-wrap rounded-md border border-line bg-page p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={`cursor-pointer rounded px-2 py-0.5 text-xs whitespace-nowrap ${option.value === value ? 'bg-raised font-medium text-ink shadow-sm ring-1 ring-line' : 'text-muted hover:text-ink'}`}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
