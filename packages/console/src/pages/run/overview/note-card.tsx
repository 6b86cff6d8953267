import type { RunDetail } from '@dividend/contracts/api';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { noteTag } from '../../../live/note-tag.ts';
import { Markdown } from '../../../markdown/markdown.tsx';
import { MarkdownForm } from '../../../markdown/markdown-form.tsx';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { changeRun } from '../change-run.ts';

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
        <MarkdownForm
          text={note}
          maxLength={mostCharacters}
          save={(value) => changeRun('set-tag', { run_id: run.runId, key: noteTag, value })}
          onClose={() => setEdited(false)}
        />
      ) : note === '' ? (
        <p className="text-muted">What was this run for, and what did it show? Nothing is written yet.</p>
      ) : (
        <Markdown text={note} />
      )}
    </Card>
  );
}
