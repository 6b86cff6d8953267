import type { ExperimentSummary } from '@dividend/contracts/api';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { noteTag } from '../../live/note-tag.ts';
import { FoldedMarkdown } from '../../markdown/folded-markdown.tsx';
import { MarkdownForm } from '../../markdown/markdown-form.tsx';
import { changeExperiment, maxTagLength } from './change-experiment.ts';

/** The description of an experiment, above all that is in it. */
export function ExperimentNote({
  experiment: { experimentId, tags, stage },
}: {
  experiment: ExperimentSummary;
}) {
  const [isEdited, setEdited] = useState(false);
  const note = tags[noteTag] ?? '';
  const isActive = stage === 'active';
  if (isEdited)
    return (
      <MarkdownForm
        text={note}
        maxLength={maxTagLength}
        save={(value) =>
          changeExperiment('set-experiment-tag', { experiment_id: experimentId, key: noteTag, value })
        }
        onClose={() => setEdited(false)}
      />
    );
  if (note === '' && !isActive) return null;
  return (
    <div className="-mt-2 flex items-start gap-2">
      {note !== '' && <FoldedMarkdown text={note} />}
      {isActive && (
        <button
          type="button"
          aria-label={note === '' ? undefined : 'Edit the description'}
          title={note === '' ? undefined : 'Edit the description'}
          onClick={() => setEdited(true)}
          className="-ml-1 inline-flex shrink-0 cursor-pointer items-center gap-1.5 rounded-md p-1 text-xs text-faint hover:bg-raised hover:text-ink"
        >
          <Pencil size={13} aria-hidden /> {note === '' && 'Add a description'}
        </button>
      )}
    </div>
  );
}
