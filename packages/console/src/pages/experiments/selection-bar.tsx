import type { RunRow } from '@dividend/contracts/api';
import { Link } from '@tanstack/react-router';
import { GitCompareArrows, RotateCcw, Tag, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { callMlflow } from '../../live/mlflow.ts';
import { forgetRunRows } from '../../live/run-rows.ts';
import { Button } from '../../ui/button.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { TextField } from '../../ui/text-field.tsx';
import { mostCompared } from '../compare/compare-params.ts';

/** Requests under way at a time. */
const lanes = 6;

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
        <DialogForm
          title={`${isDeleted ? 'Restore' : 'Delete'} ${count}?`}
          description={
            isDeleted
              ? 'They are listed again.'
              : 'They are taken out of sight, with what was logged to them. Nested runs below them stay. Find and restore them under “deleted”.'
          }
          action={isDeleted ? 'Restore' : 'Delete'}
          look={isDeleted ? 'accent' : 'danger'}
          run={() =>
            changeAll(experimentId, runIds, `runs/${isDeleted ? 'restore' : 'delete'}`, {}).then(onClear)
          }
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === 'tag' && (
        <TagDialog
          experimentId={experimentId}
          runIds={runIds}
          count={count}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

function TagDialog({
  experimentId,
  runIds,
  count,
  onClose,
}: {
  experimentId: string;
  runIds: readonly string[];
  count: string;
  onClose: () => void;
}) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  return (
    <DialogForm
      title={`Tag ${count}`}
      description="A tag that is there already gets the new value."
      action="Set"
      isReady={key !== '' && value !== ''}
      run={() => changeAll(experimentId, runIds, 'runs/set-tag', { key, value })}
      onClose={onClose}
    >
      <TextField label="Key" value={key} required maxLength={250} onChange={setKey} />
      <TextField label="Value" value={value} required maxLength={8000} onChange={setValue} />
    </DialogForm>
  );
}

/** The same for each run. Stops at the first that fails; what was done until then is done. */
async function changeAll(
  experimentId: string,
  runIds: readonly string[],
  path: string,
  input: object,
): Promise<void> {
  const waiting = [...runIds];
  const work = async () => {
    for (let runId = waiting.shift(); runId !== undefined; runId = waiting.shift()) {
      await callMlflow(path, { ...input, run_id: runId });
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, work));
  } finally {
    await forgetRunRows(experimentId);
  }
}
