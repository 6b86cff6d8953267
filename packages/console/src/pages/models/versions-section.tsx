import type { ModelDetail } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Card, Empty } from '../../ui/card.tsx';
import { describeChange } from '../../ui/change-kind.ts';
import { formatNumber } from '../../ui/format.ts';
import { Hint } from '../../ui/hint.tsx';
import { measureWords } from '../../ui/measures.ts';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Status } from '../../ui/status.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { LineagePicture } from './lineage-picture.tsx';

type Version = ModelDetail['versions'][number];

/** All versions, and of the one chosen what it was made of and what became of it. */
export function VersionsSection({
  detail: { versions, summary },
  version,
  onVersion,
}: {
  detail: ModelDetail;
  version: string | undefined;
  onVersion: (version: string) => void;
}) {
  const selected =
    versions.find((each) => each.version === version) ??
    versions.find((each) => each.version === summary.champion?.version) ??
    versions[0];
  if (selected === undefined) {
    return (
      <Card title="Versions">
        <Empty command={`dividend run ${summary.name}`}>No version is registered yet.</Empty>
      </Card>
    );
  }
  return (
    <>
      <Card
        title={`Lineage of version ${selected.version}`}
        aside="from data to production; every stop is named by its content"
      >
        <LineagePicture version={selected} />
      </Card>
      <Card
        title="Versions"
        aside={
          <>
            measured at evaluation{' '}
            <Hint about="these measures">
              {Object.values(measureWords)
                .map(({ label, hint }) => `${label}: ${hint}`)
                .join(' ')}
            </Hint>
          </>
        }
        isFlush
      >
        <Table
          caption="Versions, newest first"
          rows={versions}
          keyOf={(each) => each.version}
          isMarked={(each) => each === selected}
          columns={[
            {
              title: 'Version',
              cell: (each) => (
                <button
                  type="button"
                  aria-pressed={each === selected}
                  title={`Show the lineage of version ${each.version}`}
                  onClick={() => onVersion(each.version)}
                  className="cursor-pointer font-medium text-accent hover:underline"
                >
                  {each.version}
                </button>
              ),
            },
            {
              title: 'Aliases',
              isWide: true,
              cell: ({ aliases }) => (
                <span className="flex flex-wrap gap-1">
                  {aliases.map((alias) => (
                    <span key={alias} className="rounded-full bg-accent-soft px-2 text-xs text-accent">
                      {alias}
                    </span>
                  ))}
                </span>
              ),
            },
            ...toMetricColumns(versions),
            {
              title: 'Change',
              cell: ({ release }) => (
                <span className="whitespace-nowrap">
                  {release ? describeChange(release.changeKind) : '–'}
                </span>
              ),
            },
            { title: 'Release', cell: ({ release }) => (release ? <CopyText text={release.digest} /> : '–') },
            {
              title: 'Rollouts',
              cell: ({ rollouts }) =>
                rollouts.length === 0 ? (
                  <span className="text-faint">–</span>
                ) : (
                  rollouts.map(({ id, phase }) => (
                    <Link key={id} to="/rollouts/$id" params={{ id }} className="block">
                      <Status state={phase} />
                    </Link>
                  ))
                ),
            },
            {
              title: 'Made',
              sortBy: ({ createdAt }) => createdAt,
              cell: ({ createdAt }) => <When at={createdAt} />,
            },
          ]}
        />
      </Card>
    </>
  );
}

/** Of the measures, those that at least one version has. */
function toMetricColumns(versions: readonly Version[]): readonly Column<Version>[] {
  return Object.entries(measureWords)
    .filter(([name]) => versions.some(({ metrics }) => metrics[name] !== undefined))
    .map(([name, { label }]) => ({
      title: label,
      isNumeric: true,
      sortBy: ({ metrics }) => metrics[name] ?? null,
      cell: ({ metrics }) => formatNumber(metrics[name], 3),
    }));
}
