import type { RunDetail } from '@dividend/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { Markdown } from '../../../markdown/markdown.tsx';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { changeRun } from '../change-run.ts';

const noteTag = 'mlflow.note.content';
/** A tag holds as much. */
const mostCharacters = 8000;

/** The description of a run, in Markdown. */
export function NoteCard({ run }: { run: RunDetail }) {
  const [isEdited, setEdited] = useState(false);
  const note = run.tags[noteTag] ?? '';
  const isActive = run.stage === 'active';
  return (
    <Card
      title="Description"
      aside={
        isActive &&
        !isEdited && (
          <Button className="!px-2 !py-0.5 text-xs" onClick={() => setEdited(true)}>
            <Pencil size={12} aria-hidden /> Edit
          </Button>
        )
      }
    >
      {isEdited ? (
        <NoteForm run={run} note={note} onClose={() => setEdited(false)} />
      ) : note === '' ? (
        <p className="text-muted">What was this run for, and what did it show? Nothing is written yet.</p>
      ) : (
        <Markdown text={note} />
      )}
    </Card>
  );
}

function NoteForm({ run, note, onClose }: { run: RunDetail; note: string; onClose: () => void }) {
  const [text, setText] = useState(note);
  const [isPreview, setPreview] = useState(false);
  const save = useMutation({
    mutationFn: () => changeRun('set-tag', { run_id: run.runId, key: noteTag, value: text }),
    onSuccess: onClose,
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {isPreview ? (
        <Markdown text={text} />
      ) : (
        <textarea
          aria-label="Description in Markdown"
          value={text}
          maxLength={mostCharacters}
          rows={10}
          onChange={(event) => setText(event.target.value)}
          className="rounded-md border border-line bg-page px-2.5 py-1.5 font-mono text-xs leading-relaxed"
        />
      )}
      {save.isError && (
        <p role="alert" className="text-bad">
          {save.error.message}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button className="mr-auto" aria-pressed={isPreview} onClick={() => setPreview(!isPreview)}>
          {isPreview ? 'Write' : 'Preview'}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="accent" disabled={save.isPending || text === note}>
          {save.isPending ? 'Saving …' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
