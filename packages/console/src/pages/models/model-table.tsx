import type { ModelSummary } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import type { RegisteredModel } from '../../live/registry.ts';
import { When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { Table } from '../../ui/table.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { AliasChip } from './alias-chip.tsx';
import { VersionLink } from './version-link.tsx';

export interface ModelRow {
  readonly name: string;
  /** Undefined before its first version. */
  readonly registered: RegisteredModel | undefined;
  /** Undefined without a spec. */
  readonly summary: ModelSummary | undefined;
}

export function ModelTable({
  rows,
  onTag,
}: {
  rows: readonly ModelRow[];
  /** A tag was chosen: the filter that holds for it. */
  onTag: (filter: string) => void;
}) {
  return (
    <Table
      caption="Models"
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        {
          title: 'Model',
          isWide: true,
          cell: ({ name, registered, summary }) => (
            <>
              <Link
                to="/models/$model"
                params={{ model: name }}
                className="font-medium wrap-anywhere text-accent hover:underline"
              >
                {name}
              </Link>
              <div className="line-clamp-1 text-xs wrap-anywhere text-faint">
                {[summary && `of ${summary.owner}`, registered?.description].filter(Boolean).join(': ')}
              </div>
            </>
          ),
        },
        {
          title: 'Latest',
          cell: ({ name, registered }) =>
            registered?.latest ? (
              <span className="whitespace-nowrap">
                <VersionLink name={name} version={registered.latest.version} />
                <span className="block text-xs text-faint">
                  <When at={registered.latest.createdAt} />
                </span>
              </span>
            ) : (
              <span className="whitespace-nowrap text-faint">no version</span>
            ),
        },
        {
          title: 'Aliases',
          cell: ({ name, registered }) => (
            <span className="flex max-w-64 min-w-24 flex-wrap gap-1">
              {(registered?.aliases ?? []).map(({ alias, version }) => (
                <AliasChip key={alias} model={name} alias={alias} version={version} />
              ))}
            </span>
          ),
        },
        {
          title: 'In production',
          hint: 'Models under a spec only: what answers on their endpoint.',
          cell: ({ summary }) => <Production summary={summary} />,
        },
        { title: 'Rollout', cell: ({ summary }) => <RolloutState summary={summary} /> },
        { title: 'Tags', cell: ({ registered }) => <TagChips tags={registered?.tags ?? {}} onTag={onTag} /> },
        { title: 'Changed', cell: ({ registered }) => <When at={registered?.updatedAt} /> },
      ]}
    />
  );
}

const noSpec = (
  <span className="text-faint" title="No spec declares it">
    –
  </span>
);

function Production({ summary }: { summary: ModelSummary | undefined }) {
  if (summary === undefined) return noSpec;
  if (summary.champion === null) return <span className="whitespace-nowrap text-faint">none yet</span>;
  return (
    <span className="whitespace-nowrap">
      version {summary.champion.version}
      <span className="block text-xs text-faint">
        <When at={summary.champion.since} />
      </span>
    </span>
  );
}

function RolloutState({ summary }: { summary: ModelSummary | undefined }) {
  if (summary === undefined) return noSpec;
  if (summary.activeRolloutId === null)
    return <span className="whitespace-nowrap text-faint">none under way</span>;
  return (
    <Link to="/rollouts/$id" params={{ id: summary.activeRolloutId }}>
      <Status state="running" label="under way" />
    </Link>
  );
}
