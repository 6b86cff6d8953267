import type { InputHTMLAttributes, ReactNode, TextareaHTMLAttributes } from 'react';

interface Named {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

const look = 'rounded-md border border-line bg-page px-2.5 py-1.5 font-normal placeholder:text-faint';

/** A line of text with its name above it. */
export function TextField({
  label,
  onChange,
  ...rest
}: Named & Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'>) {
  return (
    <Label text={label}>
      <input {...rest} onChange={(event) => onChange(event.target.value)} className={look} />
    </Label>
  );
}

/** Several lines of text with their name above them. */
export function TextArea({
  label,
  onChange,
  className = '',
  ...rest
}: Named & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'>) {
  return (
    <Label text={label}>
      <textarea
        {...rest}
        onChange={(event) => onChange(event.target.value)}
        className={`${look} ${className}`}
      />
    </Label>
  );
}

function Label({ text, children }: { text: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: what is inside is the control
    <label className="flex flex-col gap-1.5 font-medium">
      {text}
      {children}
    </label>
  );
}
