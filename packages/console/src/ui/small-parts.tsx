import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useNow } from '../live/now.ts';
import { formatTime, shortDigest } from './format.ts';

/** An id or digest in short, copied whole by a click. */
export function CopyText({ text, shown, what }: { text: string; shown?: string; what?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      title={what ?? `Copy ${text}`}
      className="inline-flex max-w-full cursor-pointer items-center gap-1 font-mono text-xs text-muted hover:text-ink"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <span className="truncate">{shown ?? (text.startsWith('sha256:') ? shortDigest(text) : text)}</span>
      <Icon size={12} aria-hidden className={`shrink-0 ${copied ? 'text-good' : ''}`} />
      {copied && <span className="sr-only">copied</span>}
    </button>
  );
}

/** A command as it can be pasted into a terminal, or a line of code for a program. */
export function Command({ text, isCode = false }: { text: string; isCode?: boolean }) {
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-md border border-line bg-raised px-3 py-1.5">
      {!isCode && (
        <span aria-hidden className="font-mono text-xs text-faint">
          $
        </span>
      )}
      <code className="overflow-x-auto font-mono text-xs whitespace-nowrap text-ink">{text}</code>
      <CopyText text={text} shown="" what="Copy the command" />
    </span>
  );
}

/** What this page reads, to read it from a terminal. */
export function CopyCurl({ path }: { path: string }) {
  return <CopyText text={`curl ${location.origin}${path}`} shown="curl" what={`Copy: curl ${path}`} />;
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365.25 * 86_400],
  ['month', 30.44 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago, the exact time on hover. */
export function When({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (!at) return <span className="text-faint">–</span>;
  const seconds = (Date.parse(at) - now) / 1000;
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return (
    <time dateTime={at} title={formatTime(at)} className="whitespace-nowrap">
      {relative.format(Math.round(seconds / size), unit)}
    </time>
  );
}

/** Part of a whole as a bar, 0–100. */
export function Bar({ percent, tone = 'bg-accent' }: { percent: number; tone?: string }) {
  return (
    <div className="h-1.5 w-full overflow-hidden rounded-full bg-raised">
      <div
        className={`h-full rounded-full transition-[width] duration-500 ${tone}`}
        style={{ width: `${Math.min(100, Math.max(0, percent))}%` }}
      />
    </div>
  );
}
