import type { InputHTMLAttributes } from 'react';

/** A line of text with its name above it. */
export function TextField({
  label,
  value,
  onChange,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label className="flex flex-col gap-1.5 font-medium">
      {label}
      <input
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="rounded-md border border-line bg-page px-2.5 py-1.5 font-normal placeholder:text-faint"
        {...rest}
      />
    </label>
  );
}
