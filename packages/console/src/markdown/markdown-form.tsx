import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Markdown } from './markdown.tsx';

/** Writes a description in Markdown, and shows what it will look like. */
export function MarkdownForm({
  text,
  maxLength,
  save,
  onClose,
}: {
  /** As it is kept now. */
  text: string;
  maxLength: number;
  save: (text: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [next, setNext] = useState(text);
  const [isPreview, setPreview] = useState(false);
  const saving = useMutation({ mutationFn: () => save(next), onSuccess: onClose });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      {isPreview ? (
        <Markdown text={next} />
      ) : (
        <textarea
          aria-label="Description in Markdown"
          value={next}
          maxLength={maxLength}
          rows={10}
          onChange={(event) => setNext(event.target.value)}
          className="rounded-md border border-line bg-page px-2.5 py-1.5 font-mono text-xs leading-relaxed"
        />
      )}
      {saving.isError && (
        <p role="alert" className="text-bad">
          {saving.error.message}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button className="mr-auto" aria-pressed={isPreview} onClick={() => setPreview(!isPreview)}>
          {isPreview ? 'Write' : 'Preview'}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="accent" disabled={saving.isPending || next === text}>
          {saving.isPending ? 'Saving …' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
