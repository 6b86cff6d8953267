import type { ExperimentSummary } from '@dividend/contracts/api';
import { useState } from 'react';
import { callMlflow } from '../../live/mlflow.ts';
import { queryClient } from '../../live/queries.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { TagDialog } from '../../ui/tag-dialog.tsx';
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
    case 'tag': {
      const { experimentId, name, tags } = asked.experiment;
      const input = { experiment_id: experimentId };
      return (
        <TagDialog
          of={name}
          tags={tags}
          maxValue={5000}
          set={(key, value) => write('set-experiment-tag', { ...input, key, value })}
          remove={(key) => write('delete-experiment-tag', { ...input, key })}
          onClose={onClose}
        />
      );
    }
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
