import { useState } from 'react';

const shortLength = 200;

/** A value as it was logged; a long one is opened by a click. */
export function LongText({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (text === '') return <span className="text-faint">empty</span>;
  if (text.length <= shortLength)
    return <span className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">{text}</span>;
  return (
    <span className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">
      {isOpen ? text : `${text.slice(0, shortLength)}…`}{' '}
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="cursor-pointer font-sans text-accent hover:underline"
      >
        {isOpen ? 'less' : `all ${text.length.toLocaleString('en')} characters`}
      </button>
    </span>
  );
}
