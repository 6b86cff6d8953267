import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { changeRegistry, deleteFromRegistry, type RegisteredModel } from '../../live/registry.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { TagDialog } from '../../ui/tag-dialog.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';

/** As the registry has it. */
const maxNameLength = 256;
const maxTagLength = 100_000;

export function NewModelDialog({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  return (
    <DialogForm
      title="New model"
      description="A name for versions to come: training code adds them, as does a pipeline."
      action="Register"
      isReady={name.trim() !== ''}
      run={async () => {
        await changeRegistry('registered-models/create', {
          name,
          ...(description === '' ? {} : { description }),
        });
        await navigate({ to: '/models/$model', params: { model: name } });
      }}
      onClose={onClose}
    >
      <TextField label="Name" value={name} required maxLength={maxNameLength} onChange={setName} />
      <TextArea label="Description" value={description} rows={4} onChange={setDescription} />
    </DialogForm>
  );
}

export type ModelAction = 'describe' | 'tag' | 'rename' | 'delete';

/** What somebody is about to do with a model or a prompt, which is a model too. */
export function ModelDialog({
  action,
  model,
  kind,
  onClose,
}: {
  action: ModelAction;
  model: RegisteredModel;
  kind: 'model' | 'prompt';
  onClose: () => void;
}) {
  const { name } = model;
  switch (action) {
    case 'describe':
      return (
        <DescribeDialog
          of={name}
          description={model.description}
          save={(description) => changeRegistry('registered-models/update', { name, description }, 'PATCH')}
          onClose={onClose}
        />
      );
    case 'tag':
      return (
        <TagDialog
          of={name}
          tags={model.tags}
          maxValue={maxTagLength}
          set={(key, value) => changeRegistry('registered-models/set-tag', { name, key, value })}
          remove={(key) => changeRegistry('registered-models/delete-tag', { name, key }, 'DELETE')}
          onClose={onClose}
        />
      );
    case 'rename':
      return <RenameDialog name={name} kind={kind} onClose={onClose} />;
    default:
      return <DeleteDialog name={name} kind={kind} onClose={onClose} />;
  }
}

export function DescribeDialog({
  of,
  description,
  save,
  onClose,
}: {
  of: string;
  description: string;
  save: (description: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [next, setNext] = useState(description);
  return (
    <DialogForm
      title={`Describe ${of}`}
      action="Save"
      isReady={next !== description}
      run={() => save(next)}
      onClose={onClose}
    >
      <TextArea label="Description" value={next} rows={8} onChange={setNext} />
    </DialogForm>
  );
}

interface Named {
  readonly name: string;
  readonly kind: 'model' | 'prompt';
  readonly onClose: () => void;
}

function RenameDialog({ name, kind, onClose }: Named) {
  const navigate = useNavigate();
  const [next, setNext] = useState(name);
  return (
    <DialogForm
      title={`Rename ${name}`}
      description="Versions, aliases and their history keep with it. Code that loads it by its old name finds nothing."
      action="Rename"
      isReady={next.trim() !== '' && next !== name}
      run={async () => {
        await changeRegistry('registered-models/rename', { name, new_name: next });
        await (kind === 'prompt'
          ? navigate({ to: '/prompts/$prompt', params: { prompt: next } })
          : navigate({ to: '/models/$model', params: { model: next } }));
      }}
      onClose={onClose}
    >
      <TextField label="Name" value={next} required maxLength={maxNameLength} onChange={setNext} />
    </DialogForm>
  );
}

function DeleteDialog({ name, kind, onClose }: Named) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  return (
    <DialogForm
      title={`Delete ${name}?`}
      description="All its versions and aliases go with it, for good. The ledger keeps what happened."
      action="Delete"
      look="danger"
      isReady={typed === name}
      run={() =>
        deleteFromRegistry('registered-models/delete', { name }, () =>
          navigate({ to: kind === 'prompt' ? '/prompts' : '/models' }),
        )
      }
      onClose={onClose}
    >
      <TextField label="Write its name to go on" value={typed} onChange={setTyped} />
    </DialogForm>
  );
}
