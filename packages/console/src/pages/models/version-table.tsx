import type { ModelDetail } from '@dividend/contracts/api';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import type { RegisteredModel, RegisteredVersion } from '../../live/registry.ts';
import { describeChange } from '../../ui/change-kind.ts';
import { formatNumber } from '../../ui/format.ts';
import { measureWords } from '../../ui/measures.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { AliasChip } from './alias-chip.tsx';
import { toOwnTags } from './own-tags.ts';
import { RunLink } from './run-link.tsx';
import { VersionLink } from './version-link.tsx';

interface Row extends RegisteredVersion {
  /** What the platform knows of it beyond the registry; undefined without a spec. */
  readonly detail: ModelDetail['versions'][number] | undefined;
}

export function VersionTable({
  versions,
  model,
  detail,
  protectedAliases,
  picked,
  onPick,
  onSetAlias,
  onRemoveAlias,
}: {
  versions: readonly RegisteredVersion[];
  model: RegisteredModel;
  detail: ModelDetail | undefined;
  protectedAliases: readonly string[];
  picked: readonly string[];
  onPick: (version: string) => void;
  onSetAlias: (version: string) => void;
  onRemoveAlias: (alias: string, version: string) => void;
}) {
  const navigate = useNavigate();
  const rows = versions.map((version) => ({
    ...version,
    detail: detail?.versions.find((each) => each.version === version.version),
  }));
  return (
    <Table<Row>
      caption="Versions, newest first"
      rows={rows}
      keyOf={({ version }) => version}
      isMarked={({ version }) => picked.includes(version)}
      columns={[
        {
          title: ' ',
          cell: ({ version }) => (
            <input
              type="checkbox"
              aria-label={`Compare version ${version}`}
              checked={picked.includes(version)}
              onChange={() => onPick(version)}
              className="cursor-pointer accent-[var(--accent)]"
            />
          ),
        },
        {
          title: 'Version',
          isWide: true,
          cell: ({ version, description }) => (
            <>
              <VersionLink name={model.name} version={version} />
              <div className="line-clamp-1 text-xs wrap-anywhere text-faint" title={description}>
                {description}
              </div>
            </>
          ),
        },
        {
          title: 'Aliases',
          cell: ({ version }) => (
            <span className="flex max-w-64 min-w-24 flex-wrap items-center gap-1">
              {model.aliases
                .filter((each) => each.version === version)
                .map(({ alias }) => (
                  <AliasChip
                    key={alias}
                    model={model.name}
                    alias={alias}
                    version={version}
                    isVersionShown={false}
                    isProtected={protectedAliases.includes(alias)}
                    onRemove={() => onRemoveAlias(alias, version)}
                  />
                ))}
              <button
                type="button"
                aria-label={`Set an alias to version ${version}`}
                title="Set an alias"
                onClick={() => onSetAlias(version)}
                className="cursor-pointer rounded-full border border-line p-0.5 text-faint hover:border-faint hover:text-ink"
              >
                <Plus size={11} aria-hidden />
              </button>
            </span>
          ),
        },
        ...toMeasureColumns(rows),
        ...(detail === undefined ? [] : releaseColumns),
        {
          title: 'Tags',
          cell: ({ tags }) => (
            <TagChips
              tags={toOwnTags(tags)}
              onTag={(filter) => void navigate({ to: '/models', search: { q: filter } })}
            />
          ),
        },
        ...(rows.some(({ stage }) => stage !== 'None')
          ? [{ title: 'Stage', cell: ({ stage }: Row) => (stage === 'None' ? '–' : stage) }]
          : []),
        {
          title: 'Run',
          cell: ({ runId }) =>
            runId === null ? <span className="text-faint">–</span> : <RunLink runId={runId} />,
        },
        { title: 'Status', cell: ({ status }) => <Status state={status} /> },
        {
          title: 'Made',
          sortBy: ({ createdAt }) => createdAt,
          cell: ({ createdAt, createdBy }) => (
            <>
              <When at={createdAt} />
              {createdBy !== null && <div className="text-xs text-faint">by {createdBy}</div>}
            </>
          ),
        },
      ]}
    />
  );
}

const releaseColumns: readonly Column<Row>[] = [
  {
    title: 'Release',
    cell: ({ detail }) =>
      detail?.release ? (
        <>
          <CopyText text={detail.release.digest} />
          <div className="text-xs whitespace-nowrap text-faint">
            {describeChange(detail.release.changeKind)}
          </div>
        </>
      ) : (
        <span className="text-faint">–</span>
      ),
  },
  {
    title: 'Rollouts',
    cell: ({ detail }) =>
      detail === undefined || detail.rollouts.length === 0 ? (
        <span className="text-faint">–</span>
      ) : (
        detail.rollouts.map(({ id, phase }) => (
          <Link key={id} to="/rollouts/$id" params={{ id }} className="block">
            <Status state={phase} />
          </Link>
        ))
      ),
  },
];

/** Of the measures of evaluation, those that at least one version has. */
function toMeasureColumns(rows: readonly Row[]): readonly Column<Row>[] {
  return Object.entries(measureWords)
    .filter(([name]) => rows.some(({ detail }) => detail?.metrics[name] !== undefined))
    .map(([name, { label, hint }]) => ({
      title: label,
      hint,
      isNumeric: true,
      sortBy: ({ detail }) => detail?.metrics[name] ?? null,
      cell: ({ detail }) => formatNumber(detail?.metrics[name], 3),
    }));
}
