import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { DialogForm } from './dialog-form.tsx';
import { FilteredTable } from './filtered-table.tsx';
import { LongText } from './long-text.tsx';
import { TextField } from './text-field.tsx';

type Asked =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit' | 'remove'; readonly key: string; readonly value: string };

export interface TagOwner {
  /** What has the tags, by its name. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Characters. */
  readonly maxValue: number;
  readonly set: (key: string, value: string) => Promise<unknown>;
  readonly remove: (key: string) => Promise<unknown>;
}

/** Tags of people first; what clients set for themselves is behind a button. */
export function TagTable({ owner, isEditable = true }: { owner: TagOwner; isEditable?: boolean }) {
  const [asked, setAsked] = useState<Asked>();
  const [isAllShown, setAllShown] = useState(false);
  const all = Object.entries(owner.tags);
  const own = all.filter(([key]) => !key.startsWith('mlflow.'));
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
            {isEditable && (
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
          ...(isEditable
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
      {asked !== undefined && <TagDialog owner={owner} asked={asked} onClose={() => setAsked(undefined)} />}
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
  owner: { name, maxValue, set, remove },
  asked,
  onClose,
}: {
  owner: TagOwner;
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
        run={() => remove(asked.key)}
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
      run={() => set(key, value)}
      onClose={onClose}
    >
      {asked.kind === 'add' && (
        <TextField label="Key" value={key} required maxLength={250} onChange={setKey} />
      )}
      <TextField label="Value" value={value} maxLength={maxValue} onChange={setValue} />
    </DialogForm>
  );
}
