import type { ExperimentSummary } from '@dividend/contracts/api';
import { useState } from 'react';
import { callMlflow } from '../../live/mlflow.ts';
import { queryClient } from '../../live/queries.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { TextField } from '../../ui/text-field.tsx';

/** What somebody is about to do. */
export type Asked =
  | { readonly kind: 'create' }
  | { readonly kind: 'rename' | 'tag' | 'delete' | 'restore'; readonly experiment: ExperimentSummary };

export function ExperimentDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  switch (asked.kind) {
    case 'create':
      return <NameDialog title="New experiment" action="Create" name="" save={create} onClose={onClose} />;
    case 'rename': {
      const { experimentId, name } = asked.experiment;
      return (
        <NameDialog
          title={`Rename ${name}`}
          action="Rename"
          name={name}
          save={(next) => write('update', { experiment_id: experimentId, new_name: next })}
          onClose={onClose}
        />
      );
    }
    case 'tag':
      return <TagDialog experiment={asked.experiment} onClose={onClose} />;
    default:
      return <MoveDialog kind={asked.kind} experiment={asked.experiment} onClose={onClose} />;
  }
}

async function write(verb: string, input: object): Promise<void> {
  await callMlflow(`experiments/${verb}`, input);
  await queryClient.invalidateQueries({ predicate: ({ queryKey: [path] }) => isOfExperiments(path) });
}

function isOfExperiments(path: unknown): boolean {
  return String(path).startsWith('/api/v1/experiments');
}

const create = (name: string) => write('create', { name });

function NameDialog({
  title,
  action,
  name,
  save,
  onClose,
}: {
  title: string;
  action: string;
  name: string;
  save: (name: string) => Promise<void>;
  onClose: () => void;
}) {
  const [next, setNext] = useState(name);
  return (
    <DialogForm
      title={title}
      action={action}
      isReady={next.trim() !== '' && next !== name}
      run={() => save(next)}
      onClose={onClose}
    >
      <TextField label="Name" value={next} required maxLength={500} onChange={setNext} />
    </DialogForm>
  );
}

function TagDialog({
  experiment: { experimentId, name, tags },
  onClose,
}: {
  experiment: ExperimentSummary;
  onClose: () => void;
}) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const isRemoved = value === '' && Object.hasOwn(tags, key);
  const input = { experiment_id: experimentId, key };
  return (
    <DialogForm
      title={`Set a tag of ${name}`}
      description="A tag that is there already gets the new value; an empty value removes it."
      action={isRemoved ? 'Remove' : 'Set'}
      isReady={key !== '' && (value !== '' || isRemoved)}
      run={() =>
        isRemoved ? write('delete-experiment-tag', input) : write('set-experiment-tag', { ...input, value })
      }
      onClose={onClose}
    >
      <TextField
        label="Key"
        value={key}
        required
        maxLength={250}
        list="experiment-tag-keys"
        onChange={setKey}
      />
      <datalist id="experiment-tag-keys">
        {Object.keys(tags).map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <TextField label="Value" value={value} maxLength={5000} onChange={setValue} />
    </DialogForm>
  );
}

function MoveDialog({
  kind,
  experiment: { experimentId, name, runs },
  onClose,
}: {
  kind: 'delete' | 'restore';
  experiment: ExperimentSummary;
  onClose: () => void;
}) {
  const count = Object.values(runs).reduce((sum, each) => sum + each, 0);
  const also = `${formatNumber(count)} ${count === 1 ? 'run goes' : 'runs go'} with it`;
  return (
    <DialogForm
      title={kind === 'delete' ? `Delete ${name}?` : `Restore ${name}?`}
      description={
        kind === 'delete'
          ? `It is taken out of sight; ${also}. It can be restored, and its name stays taken.`
          : `It is listed again; ${also}, also those that were deleted one by one.`
      }
      action={kind === 'delete' ? 'Delete' : 'Restore'}
      look={kind === 'delete' ? 'danger' : 'accent'}
      run={() => write(kind, { experiment_id: experimentId })}
      onClose={onClose}
    />
  );
}
