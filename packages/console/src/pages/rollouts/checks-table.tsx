import type { CheckResult } from '@dividend/contracts/api';
import { formatNumber, formatSeconds } from '../../ui/format.ts';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';

export function ChecksTable({ checks }: { checks: readonly CheckResult[] }) {
  if (checks.length === 0) return <p className="p-4 text-muted">The checks have not begun.</p>;
  return (
    <Table
      caption="Checks before any traffic"
      rows={checks}
      keyOf={({ kind, name }) => `${kind}/${name}`}
      columns={[
        {
          title: 'Check',
          cell: ({ name, kind }) => (
            <>
              <div className="font-medium whitespace-nowrap">{name}</div>
              <div className="text-xs text-faint">{kindWords[kind]}</div>
            </>
          ),
        },
        { title: 'State', cell: ({ status }) => <Status state={status} /> },
        { title: 'What was found', isWide: true, cell: (check) => <Found check={check} /> },
        {
          title: 'Took',
          isNumeric: true,
          cell: ({ seconds }) =>
            seconds === null ? '–' : seconds < 0.001 ? 'below 1 ms' : formatSeconds(seconds),
        },
      ]}
    />
  );
}

const kindWords = {
  checksums: 'content by digest',
  trial: 'trial load in a process of its own',
  gate: 'gate',
  staging: 'in staging',
} as const;

/** A gate shows its expression and what it was applied to; the rest shows its finding. */
function Found({ check: { kind, detail, evidence } }: { check: CheckResult }) {
  const { expr, ...rest } = evidence;
  const plain = Object.entries(rest).filter(([, value]) => isPlain(value));
  const isWhole = plain.length === Object.keys(rest).length;
  return (
    <div className="flex flex-col gap-1">
      {typeof expr === 'string' && <code className="font-mono text-xs text-ink">{expr}</code>}
      {(kind !== 'gate' || plain.length === 0) && <span>{detail}</span>}
      {kind === 'gate' && (
        <span className="flex flex-wrap gap-1.5">
          {plain.map(([name, value]) => (
            <span
              key={name}
              className="rounded border border-line bg-raised px-1.5 font-mono text-xs text-muted"
            >
              {name} ={' '}
              <span className="text-ink">
                {typeof value === 'number' ? formatNumber(value) : String(value)}
              </span>
            </span>
          ))}
        </span>
      )}
      {(!isWhole || (kind !== 'gate' && plain.length > 0)) && (
        <details className="text-muted">
          <summary className="cursor-pointer text-xs hover:text-ink">evidence</summary>
          <pre className="mt-1 max-h-64 overflow-auto rounded-md bg-raised p-2.5 font-mono text-xs">
            {JSON.stringify(rest, null, 2)}
          </pre>
        </details>
      )}
    </div>
  );
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
