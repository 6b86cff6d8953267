import type { RunKeys } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Columns3, Pin, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { client } from '../../live/client.ts';
import { pathOf } from '../../live/run-rows.ts';
import { Button } from '../../ui/button.tsx';
import { formatNumber } from '../../ui/format.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { attributeColumns, titleOf } from './run-columns.ts';

/** Of what fits the search; more letters find the rest. */
const shownKeys = 200;

interface PanelProps {
  readonly experimentId: string;
  readonly columns: readonly string[];
  readonly pinned: readonly string[];
  readonly onColumns: (columns: readonly string[]) => void;
  readonly onPin: (name: string, isPinned: boolean) => void;
  readonly onReset: (() => void) | undefined;
}

/** Which columns there are, in which order, and which stay in sight. */
export function ColumnPanel(props: PanelProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button>
          <Columns3 size={14} aria-hidden /> Columns
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={10}
          aria-label="Columns"
          className="z-40 grid max-h-[70vh] w-[46rem] max-w-[94vw] grid-cols-1 gap-4 overflow-y-auto rounded-lg border border-line bg-card p-4 shadow-2xl sm:grid-cols-2"
        >
          <Choice {...props} />
          <Order {...props} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choice({ experimentId, columns, onColumns }: PanelProps) {
  const [search, setSearch] = useState('');
  const { data } = useQuery<RunKeys>({
    queryKey: ['proposals', experimentId, { panel: search }],
    staleTime: 30_000,
    placeholderData: (before) => before,
    queryFn: () => client.get(`${pathOf(experimentId)}/keys`, { search, limit: shownKeys }),
  });
  const set = (name: string, isShown: boolean) =>
    onColumns(isShown ? [...columns, name] : columns.filter((each) => each !== name));
  const fits = (text: string) => text.toLowerCase().includes(search.toLowerCase());
  const groups = [
    {
      title: 'Of every run',
      names: attributeColumns
        .filter(({ title }) => fits(title))
        .map(({ name }) => ({ name, runs: undefined })),
    },
    ...(['metrics', 'params', 'tags'] as const).map((kind) => ({
      title: kind,
      names: (data?.keys ?? [])
        .filter((each) => each.kind === kind)
        .map(({ key, runs }) => ({ name: `${kind}.${key}`, runs })),
    })),
  ].filter(({ names }) => names.length > 0);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <SearchField label="Metric, param or tag" value={search} onChange={setSearch} />
      {groups.map(({ title, names }) => (
        <fieldset key={title} className="flex flex-col">
          <legend className="flex w-full items-center justify-between pb-1 text-xs text-faint">
            {title}
            {title !== 'Of every run' && (
              <button
                type="button"
                className="cursor-pointer text-accent hover:underline"
                onClick={() => onColumns([...new Set([...columns, ...names.map(({ name }) => name)])])}
              >
                all {names.length}
              </button>
            )}
          </legend>
          {names.map(({ name, runs }) => (
            <label
              key={name}
              className="flex cursor-pointer items-center gap-2 rounded px-1 py-0.5 hover:bg-raised"
            >
              <input
                type="checkbox"
                checked={columns.includes(name)}
                onChange={(event) => set(name, event.target.checked)}
                className="size-3.5 accent-accent"
              />
              <span className="min-w-0 flex-1 truncate" title={name}>
                {titleOf(name)}
              </span>
              {runs !== undefined && <span className="text-xs text-faint">{formatNumber(runs)} runs</span>}
            </label>
          ))}
        </fieldset>
      ))}
      {groups.length === 0 && <p className="text-muted">Nothing is called that.</p>}
      {data !== undefined && data.keyCount > data.keys.length && (
        <p className="text-xs text-muted">
          {formatNumber(data.keyCount - data.keys.length)} more: type a part of the name.
        </p>
      )}
      {data !== undefined && (
        <p className="text-xs text-faint">Counted over the newest {formatNumber(data.countedRuns)} runs.</p>
      )}
    </div>
  );
}

function Order({ columns, pinned, onColumns, onPin, onReset }: PanelProps) {
  const move = (index: number, by: -1 | 1) => {
    const next = [...columns];
    const [moved] = next.splice(index, 1);
    if (moved !== undefined) next.splice(index + by, 0, moved);
    onColumns(next);
  };
  return (
    <div className="min-w-0">
      <p className="mb-2 flex items-center justify-between text-xs text-faint">
        Shown, from left to right
        {onReset && (
          <button type="button" onClick={onReset} className="cursor-pointer text-accent hover:underline">
            as usual
          </button>
        )}
      </p>
      <ol className="flex flex-col">
        {columns.map((name, index) => (
          <li key={name} className="flex items-center gap-0.5 rounded px-1 py-0.5 hover:bg-raised">
            <span className="min-w-0 flex-1 truncate" title={name}>
              {titleOf(name)}
            </span>
            <Small label={`Move ${name} left`} isDisabled={index === 0} onClick={() => move(index, -1)}>
              <ArrowUp size={13} aria-hidden />
            </Small>
            <Small
              label={`Move ${name} right`}
              isDisabled={index === columns.length - 1}
              onClick={() => move(index, 1)}
            >
              <ArrowDown size={13} aria-hidden />
            </Small>
            <Small
              label={pinned.includes(name) ? `Unpin ${name}` : `Pin ${name}`}
              isPressed={pinned.includes(name)}
              onClick={() => onPin(name, !pinned.includes(name))}
            >
              <Pin size={13} aria-hidden />
            </Small>
            <Small label={`Hide ${name}`} onClick={() => onColumns(columns.filter((each) => each !== name))}>
              <X size={13} aria-hidden />
            </Small>
          </li>
        ))}
      </ol>
      {columns.length === 0 && <p className="text-muted">Only the names of the runs.</p>}
    </div>
  );
}

function Small({
  label,
  isDisabled = false,
  isPressed,
  onClick,
  children,
}: {
  label: string;
  isDisabled?: boolean;
  isPressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      aria-pressed={isPressed}
      disabled={isDisabled}
      onClick={onClick}
      className={`cursor-pointer rounded p-1 hover:bg-card hover:text-ink disabled:cursor-default disabled:opacity-30 ${isPressed ? 'text-accent' : 'text-faint'}`}
    >
      {children}
    </button>
  );
}
