import type { ExperimentSummary } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, RotateCcw, Tag, Trash2 } from 'lucide-react';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { CopyText, When } from '../../ui/small-parts.tsx';
import { Table } from '../../ui/table.tsx';
import { TagChips } from '../../ui/tag-chips.tsx';
import { toVisibleName } from '../../ui/visible-name.ts';
import type { Asked } from './experiment-dialog.tsx';
import { RunCounts } from './run-counts.tsx';

export function ExperimentTable({
  experiments,
  onAsk,
  onTag,
}: {
  experiments: readonly ExperimentSummary[];
  onAsk: (asked: Asked) => void;
  /** A tag was chosen: the filter that holds for it. */
  onTag: (filter: string) => void;
}) {
  return (
    <Table
      caption="Experiments"
      rows={experiments}
      keyOf={({ experimentId }) => experimentId}
      columns={[
        {
          title: 'Experiment',
          isWide: true,
          cell: ({ experimentId, name }) => (
            <>
              <Link
                to="/experiments/$experimentId"
                params={{ experimentId }}
                className="font-medium wrap-anywhere text-accent hover:underline"
              >
                {toVisibleName(name)}
              </Link>
              <div>
                <CopyText text={experimentId} what="Copy the experiment id" />
              </div>
            </>
          ),
        },
        { title: 'Runs', cell: ({ runs }) => <RunCounts runs={runs} /> },
        { title: 'Tags', cell: ({ tags }) => <TagChips tags={tags} onTag={onTag} /> },
        { title: 'Last run', cell: ({ lastRunAt }) => <When at={lastRunAt} /> },
        { title: 'Changed', cell: ({ updatedAt }) => <When at={updatedAt} /> },
        { title: 'Created', cell: ({ createdAt }) => <When at={createdAt} /> },
        {
          title: '',
          cell: (experiment) => (
            <Menu
              items={actionsOn(experiment, onAsk)}
              trigger={
                <button
                  type="button"
                  aria-label={`Actions on ${experiment.name}`}
                  className="cursor-pointer rounded-md p-1 text-faint hover:bg-raised hover:text-ink"
                >
                  <Ellipsis size={16} aria-hidden />
                </button>
              }
            />
          ),
        },
      ]}
    />
  );
}

function actionsOn(experiment: ExperimentSummary, onAsk: (asked: Asked) => void): MenuItem[] {
  if (experiment.stage === 'deleted') {
    return [{ label: 'Restore', icon: RotateCcw, run: () => onAsk({ kind: 'restore', experiment }) }];
  }
  return [
    { label: 'Rename', icon: Pencil, run: () => onAsk({ kind: 'rename', experiment }) },
    { label: 'Set a tag', icon: Tag, run: () => onAsk({ kind: 'tag', experiment }) },
    { label: 'Delete', icon: Trash2, isDanger: true, run: () => onAsk({ kind: 'delete', experiment }) },
  ];
}
