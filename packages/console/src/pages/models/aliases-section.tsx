import type { AliasSpan } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card, Empty } from '../../ui/card.tsx';
import { formatSeconds, formatTime, toWords } from '../../ui/format.ts';
import { Table } from '../../ui/table.tsx';
import { type AliasHistory, useAliasHistories, useAliasNames } from './alias-histories.ts';
import { AliasTimeline } from './alias-timeline.tsx';
import { HowItMoves } from './how-it-moves.tsx';
import { TimeInput } from './time-input.tsx';
import { type RegistryKind, VersionLink } from './version-link.tsx';

/** Lanes that a screen holds; the aliases that are chosen by address are always among them. */
const laneLimit = 20;

/** When which version stood behind which alias, as the ledger has it, and at any one time. */
export function AliasesSection({
  model,
  kind,
  current,
  protectedAliases,
  alias,
  at,
  onChoose,
}: {
  model: string;
  kind: RegistryKind;
  /** Aliases that there are now. */
  current: readonly string[];
  protectedAliases: readonly string[];
  alias: string | undefined;
  /** RFC 3339. */
  at: string | undefined;
  onChoose: (change: { alias?: string; at?: string }) => void;
}) {
  const names = useAliasNames(model, current);
  // What was in production is asked for first.
  const first = ['champion', ...protectedAliases].filter((each) => names.includes(each));
  const ordered = [...new Set([...first, ...names])];
  const shown = [...new Set([...ordered.slice(0, laneLimit), ...(alias === undefined ? [] : [alias])])];
  const histories = useAliasHistories(model, shown, at);
  const chosen = histories.find((each) => each.alias === alias) ?? histories[0];
  const error = histories.find((each) => each.error !== null)?.error;
  if (shown.length === 0) {
    return (
      <Card title="Aliases over time">
        <Empty>No alias was set yet. Set one to a version, and code can load it by that name.</Empty>
      </Card>
    );
  }
  return (
    <>
      <Card
        title="Aliases over time"
        aside={<TimeInput at={at} onChange={(next) => onChoose({ at: next })} />}
      >
        <div className="flex flex-col gap-4">
          {error && (
            <p role="alert" className="text-bad wrap-anywhere">
              {error.message}
            </p>
          )}
          <AliasTimeline
            histories={histories}
            protectedAliases={protectedAliases}
            selected={chosen?.alias}
            at={at}
            onSelect={(next) => onChoose({ alias: next })}
          />
          {ordered.length > shown.length && (
            <p className="text-xs text-faint">{ordered.length - shown.length} more aliases are not drawn.</p>
          )}
          {at !== undefined && !error && <Then at={at} histories={histories} model={model} kind={kind} />}
        </div>
      </Card>
      {chosen && (
        <Card title={`History of ${chosen.alias}`} aside="as the ledger has it, newest first" isFlush>
          {chosen.spans?.length === 0 ? (
            <Empty>Nothing was ever behind this alias.</Empty>
          ) : (
            <SpanTable alias={chosen.alias} spans={chosen.spans ?? []} model={model} kind={kind} />
          )}
          {protectedAliases.includes(chosen.alias) && (
            <div className="border-t border-line p-4">
              <HowItMoves model={model} alias={chosen.alias} />
            </div>
          )}
        </Card>
      )}
    </>
  );
}

/** What stood behind each alias at one time, in words. */
function Then({
  at,
  histories,
  model,
  kind,
}: {
  at: string;
  histories: readonly AliasHistory[];
  model: string;
  kind: RegistryKind;
}) {
  const when = Number.isNaN(Date.parse(at)) ? at : formatTime(at);
  return (
    <div role="status" className="rounded-md bg-raised px-3 py-2">
      <p className="mb-1 text-xs text-muted">At {when}</p>
      <ul className="flex flex-wrap gap-x-6 gap-y-1">
        {histories.map(({ alias, standing }) => (
          <li key={alias}>
            <span className="text-muted">{alias}:</span>{' '}
            {standing === undefined ? (
              '…'
            ) : standing === null ? (
              'nothing'
            ) : (
              <>
                <VersionLink name={model} version={standing.version} kind={kind} />{' '}
                <span className="text-xs text-faint">set by {standing.setBy}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

const endings: Readonly<Record<string, string>> = {
  'alias.set': 'moved on',
  'alias.deleted': 'taken away',
  'version.deleted': 'version deleted',
  'model.deleted': 'model deleted',
  'model.renamed': 'name passed on',
};

function SpanTable({
  alias,
  spans,
  model,
  kind,
}: {
  alias: string;
  spans: readonly AliasSpan[];
  model: string;
  kind: RegistryKind;
}) {
  return (
    <Table
      caption={`Versions behind ${alias}, newest first`}
      rows={spans}
      keyOf={({ entryId }) => entryId}
      columns={[
        {
          title: 'Version',
          isWide: true,
          cell: ({ version }) => <VersionLink name={model} version={version} kind={kind} />,
        },
        { title: 'From', cell: ({ from }) => <span className="whitespace-nowrap">{formatTime(from)}</span> },
        {
          title: 'To',
          cell: ({ to }) => <span className="whitespace-nowrap">{to === null ? 'now' : formatTime(to)}</span>,
        },
        {
          title: 'Lasted',
          cell: ({ from, to }) => (
            <span className="whitespace-nowrap">
              {formatSeconds(((to === null ? Date.now() : Date.parse(to)) - Date.parse(from)) / 1000)}
            </span>
          ),
        },
        {
          title: 'Ended',
          cell: ({ endedBy }) => (
            <span className="whitespace-nowrap text-muted">
              {endedBy === null ? '–' : (endings[endedBy] ?? toWords(endedBy))}
            </span>
          ),
        },
        { title: 'Set by', cell: ({ setBy }) => <span className="whitespace-nowrap">{setBy}</span> },
        {
          title: 'Entry',
          cell: ({ entryId }) => (
            <Link to="/ledger" search={{ model, entry: entryId }} className="text-accent hover:underline">
              entry
            </Link>
          ),
        },
      ]}
    />
  );
}
