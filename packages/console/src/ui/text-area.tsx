import type { TextareaHTMLAttributes } from 'react';

/** Several lines of text with their name above them. */
export function TextArea({
  label,
  value,
  onChange,
  className = '',
  ...rest
}: Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label className="flex flex-col gap-1.5 font-medium">
      {label}
      <textarea
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`rounded-md border border-line bg-page px-2.5 py-1.5 font-normal placeholder:text-faint ${className}`}
        {...rest}
      />
    </label>
  );
}
