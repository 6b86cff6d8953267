import type { RunDetail } from '@dividend/contracts/api';
import { Ellipsis, Pencil, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { Menu } from '../../ui/menu.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { changeRun } from './change-run.ts';

type Asked = 'rename' | 'delete' | 'restore';

/** A menu of what can be done to a run. */
export function RunActions({ run }: { run: RunDetail }) {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const isDeleted = run.stage === 'deleted';
  return (
    <>
      {!isDeleted && (
        <button
          type="button"
          onClick={() => setAsked('rename')}
          className="inline-flex cursor-pointer items-center gap-1.5 rounded-md border border-line bg-card px-3 py-1.5 font-medium hover:bg-raised"
        >
          <Pencil size={13} aria-hidden /> Rename
        </button>
      )}
      <Menu
        items={
          isDeleted
            ? [{ label: 'Restore', icon: RotateCcw, run: () => setAsked('restore') }]
            : [{ label: 'Delete', icon: Trash2, isDanger: true, run: () => setAsked('delete') }]
        }
        trigger={
          <button
            type="button"
            aria-label="More actions on this run"
            className="cursor-pointer rounded-md border border-line bg-card p-2 text-muted hover:bg-raised hover:text-ink"
          >
            <Ellipsis size={16} aria-hidden />
          </button>
        }
      />
      {asked === 'rename' && <RenameDialog run={run} onClose={close} />}
      {(asked === 'delete' || asked === 'restore') && <MoveDialog kind={asked} run={run} onClose={close} />}
    </>
  );
}

function RenameDialog({ run, onClose }: { run: RunDetail; onClose: () => void }) {
  const [name, setName] = useState(run.name);
  return (
    <DialogForm
      title={`Rename ${run.name}`}
      action="Rename"
      isReady={name.trim() !== '' && name !== run.name}
      run={() => changeRun('update', { run_id: run.runId, run_name: name })}
      onClose={onClose}
    >
      <TextField label="Name" value={name} required maxLength={5000} onChange={setName} />
    </DialogForm>
  );
}

function MoveDialog({
  kind,
  run,
  onClose,
}: {
  kind: 'delete' | 'restore';
  run: RunDetail;
  onClose: () => void;
}) {
  const isDelete = kind === 'delete';
  return (
    <DialogForm
      title={`${isDelete ? 'Delete' : 'Restore'} ${run.name}?`}
      description={
        isDelete
          ? 'It is taken out of sight, and its metrics and artifacts are kept. It can be restored.'
          : 'It is listed again, with all that was logged to it.'
      }
      action={isDelete ? 'Delete' : 'Restore'}
      look={isDelete ? 'danger' : 'accent'}
      run={() => changeRun(kind, { run_id: run.runId })}
      onClose={onClose}
    />
  );
}
