import type { RunRow } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { GitCompareArrows, RotateCcw, Tag, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { callMlflow } from '../../live/mlflow.ts';
import { Button } from '../../ui/button.tsx';
import { formatNumber } from '../../ui/format.ts';
import { TextField } from '../../ui/text-field.tsx';
import { mostCompared } from '../compare/compare-params.ts';
import { BulkDialog } from './bulk-dialog.tsx';

/** What can be done with the runs that are selected. */
export function SelectionBar({
  experimentId,
  runIds,
  stage,
  onClear,
}: {
  experimentId: string;
  runIds: readonly string[];
  stage: RunRow['stage'];
  onClear: () => void;
}) {
  const [asked, setAsked] = useState<'move' | 'tag'>();
  const count = `${formatNumber(runIds.length)} ${runIds.length === 1 ? 'run' : 'runs'}`;
  const canCompare = runIds.length <= mostCompared;
  const isDeleted = stage === 'deleted';
  return (
    <section
      aria-label="Selected runs"
      className="flex flex-wrap items-center gap-2 rounded-lg border border-accent/40 bg-accent-soft px-3 py-1.5"
    >
      <span className="mr-2 font-medium">{count} selected</span>
      {canCompare ? (
        <Link
          to="/compare"
          search={{ runs: runIds.join(',') }}
          className="inline-flex items-center gap-1.5 rounded-md border border-transparent bg-accent px-3 py-1.5 font-medium text-page hover:opacity-90"
        >
          <GitCompareArrows size={14} aria-hidden /> {runIds.length === 1 ? 'Look at it' : 'Compare'}
        </Link>
      ) : (
        <span className="text-muted">At most {mostCompared} can be compared</span>
      )}
      {!isDeleted && (
        <Button onClick={() => setAsked('tag')}>
          <Tag size={14} aria-hidden /> Tag
        </Button>
      )}
      <Button look={isDeleted ? 'plain' : 'danger'} onClick={() => setAsked('move')}>
        {isDeleted ? <RotateCcw size={14} aria-hidden /> : <Trash2 size={14} aria-hidden />}
        {isDeleted ? 'Restore' : 'Delete'}
      </Button>
      <Button className="ml-auto" onClick={onClear}>
        Clear
      </Button>
      {asked === 'move' && (
        <BulkDialog
          experimentId={experimentId}
          runIds={runIds}
          title={(count) => `${isDeleted ? 'Restore' : 'Delete'} ${count}?`}
          description={
            isDeleted
              ? 'They are listed again.'
              : 'They are taken out of sight, with what was logged to them. Nested runs below them stay. Find and restore them under “deleted”.'
          }
          action={isDeleted ? 'Restore' : 'Delete'}
          look={isDeleted ? 'accent' : 'danger'}
          change={(runId) => callMlflow(`runs/${isDeleted ? 'restore' : 'delete'}`, { run_id: runId })}
          onClose={() => setAsked(undefined)}
          onDone={onClear}
        />
      )}
      {asked === 'tag' && (
        <TagDialog experimentId={experimentId} runIds={runIds} onClose={() => setAsked(undefined)} />
      )}
    </section>
  );
}

function TagDialog({
  experimentId,
  runIds,
  onClose,
}: {
  experimentId: string;
  runIds: readonly string[];
  onClose: () => void;
}) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  return (
    <BulkDialog
      experimentId={experimentId}
      runIds={runIds}
      title={(count) => `Tag ${count}`}
      description="A tag that is there already gets the new value."
      action="Set"
      isReady={key !== '' && value !== ''}
      change={(runId) => callMlflow('runs/set-tag', { run_id: runId, key, value })}
      onClose={onClose}
    >
      <TextField label="Key" value={key} required maxLength={250} onChange={setKey} />
      <TextField label="Value" value={value} required maxLength={8000} onChange={setValue} />
    </BulkDialog>
  );
}
