import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Command } from './small-parts.tsx';
import { toVisibleName } from './visible-name.ts';

export interface Crumb extends Pick<LinkProps, 'to' | 'params' | 'search'> {
  readonly label: string;
}

/** A page with its heading; `name` is what the tab of the browser says, default the title where that is a text. */
export function Page({
  title,
  name,
  crumb,
  subtitle,
  actions,
  children,
}: {
  title: ReactNode;
  name?: string;
  /** The page above; from the outermost where there are several. */
  crumb?: Crumb | readonly Crumb[];
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const tab = name ?? (typeof title === 'string' ? title : undefined);
  useEffect(() => {
    document.title = tab === undefined ? 'Dividend' : `${tab} · Dividend`;
  }, [tab]);
  return (
    <main className="mx-auto flex w-full max-w-[100rem] flex-col gap-4 px-4 py-5 md:px-7">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          {crumb !== undefined && <Crumbs crumbs={[crumb].flat()} />}
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
          {subtitle !== undefined && <p className="mt-1 text-muted">{subtitle}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

function Crumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <div className="mb-1 flex flex-wrap items-center text-xs text-faint">
      {crumbs.map(({ label, ...link }) => (
        <Link key={label} {...link} className="inline-flex min-w-0 items-center gap-0.5 hover:text-ink">
          <span className="max-w-72 truncate">{toVisibleName(label)}</span>{' '}
          <ChevronRight size={12} aria-hidden />
        </Link>
      ))}
    </div>
  );
}

export function Card({
  title,
  aside,
  children,
  isFlush = false,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  /** Its content goes from edge to edge: tables. */
  isFlush?: boolean;
}) {
  return (
    <section className="min-w-0 rounded-lg border border-line bg-card">
      {title !== undefined && (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2">
          <h2 className="font-semibold">{title}</h2>
          {aside !== undefined && <div className="text-xs text-muted">{aside}</div>}
        </div>
      )}
      <div className={isFlush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}

/** One number with its name and what is to be said about it. */
export function Tile({ label, value, note }: { label: ReactNode; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-card px-4 py-3">
      <div className="text-xs text-muted">{label}</div>
      <div className="mt-1 text-lg leading-snug font-semibold">{value}</div>
      {note !== undefined && <div className="mt-0.5 text-xs text-faint">{note}</div>}
    </div>
  );
}

/** What to do where there is nothing yet. */
export function Empty({ children, command }: { children: ReactNode; command?: string }) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-8 text-center text-muted">
      <p>{children}</p>
      {command !== undefined && <Command text={command} />}
    </div>
  );
}
