import type { RunDetail } from '@dividend/contracts/api';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { DialogForm } from '../../../ui/dialog-form.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { changeRun } from '../change-run.ts';
import { FilteredTable } from './filtered-table.tsx';
import { LongText } from './long-text.tsx';

type Asked =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'remove'; readonly key: string; readonly value: string };

/** Tags of people first; what clients set for themselves is behind a button. */
export function TagTable({ run }: { run: RunDetail }) {
  const [asked, setAsked] = useState<Asked>();
  const [isAllShown, setAllShown] = useState(false);
  const all = Object.entries(run.tags);
  const own = all.filter(([key]) => !key.startsWith('mlflow.'));
  const isActive = run.stage === 'active';
  return (
    <>
      <FilteredTable
        title="Tags"
        rows={isAllShown ? all : own}
        nameOf={([key]) => key}
        empty="No tag is set by a person or by your code."
        aside={
          <>
            <Button
              className="!px-2 !py-0.5 text-xs"
              aria-pressed={isAllShown}
              onClick={() => setAllShown(!isAllShown)}
            >
              {isAllShown ? 'Only own tags' : `All ${all.length}, with those of clients`}
            </Button>
            {isActive && (
              <Button className="!px-2 !py-0.5 text-xs" onClick={() => setAsked({ kind: 'add' })}>
                <Plus size={12} aria-hidden /> Add a tag
              </Button>
            )}
          </>
        }
        columns={[
          {
            title: 'Tag',
            sortBy: ([key]) => key,
            cell: ([key]) => <span className="block min-w-36 wrap-anywhere">{key}</span>,
          },
          { title: 'Value', isWide: true, cell: ([, value]) => <LongText text={value} /> },
          ...(isActive
            ? [
                {
                  title: '',
                  cell: ([key, value]: [string, string]) => (
                    <span className="flex gap-1">
                      <IconButton
                        label={`Edit ${key}`}
                        icon={Pencil}
                        onClick={() => setAsked({ kind: 'edit', key, value })}
                      />
                      <IconButton
                        label={`Remove ${key}`}
                        icon={Trash2}
                        onClick={() => setAsked({ kind: 'remove', key, value })}
                      />
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      {asked !== undefined && <TagDialog run={run} asked={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function IconButton({
  label,
  icon: Icon,
  onClick,
}: {
  label: string;
  icon: typeof Pencil;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="cursor-pointer rounded p-1 text-faint hover:bg-raised hover:text-ink"
    >
      <Icon size={13} aria-hidden />
    </button>
  );
}

function TagDialog({
  run: { runId, name },
  asked,
  onClose,
}: {
  run: RunDetail;
  asked: Asked;
  onClose: () => void;
}) {
  const [key, setKey] = useState(asked.kind === 'add' ? '' : asked.key);
  const [value, setValue] = useState(asked.kind === 'add' ? '' : asked.value);
  if (asked.kind === 'remove') {
    return (
      <DialogForm
        title={`Remove the tag ${asked.key} of ${name}?`}
        description="It can be set again; its value is not kept."
        action="Remove"
        look="danger"
        run={() => changeRun('delete-tag', { run_id: runId, key: asked.key })}
        onClose={onClose}
      />
    );
  }
  return (
    <DialogForm
      title={asked.kind === 'add' ? `Add a tag to ${name}` : `Edit the tag ${asked.key}`}
      {...(asked.kind === 'add' ? { description: 'A tag that is there already gets the new value.' } : {})}
      action="Set"
      isReady={key !== ''}
      run={() => changeRun('set-tag', { run_id: runId, key, value })}
      onClose={onClose}
    >
      {asked.kind === 'add' && (
        <TextField label="Key" value={key} required maxLength={250} onChange={setKey} />
      )}
      <TextField label="Value" value={value} maxLength={8000} onChange={setValue} />
    </DialogForm>
  );
}
