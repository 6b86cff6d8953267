import type { ExperimentSummary } from '@dividend/contracts/api';
import { useState } from 'react';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { TagDialog } from '../../ui/tag-dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { changeExperiment, maxTagLength } from './change-experiment.ts';

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
          save={(next) => changeExperiment('update', { experiment_id: experimentId, new_name: next })}
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
          maxValue={maxTagLength}
          set={(key, value) => changeExperiment('set-experiment-tag', { ...input, key, value })}
          remove={(key) => changeExperiment('delete-experiment-tag', { ...input, key })}
          onClose={onClose}
        />
      );
    }
    default:
      return <MoveDialog kind={asked.kind} experiment={asked.experiment} onClose={onClose} />;
  }
}

const create = (name: string) => changeExperiment('create', { name });

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
      run={() => changeExperiment(kind, { experiment_id: experimentId })}
      onClose={onClose}
    />
  );
}
