import { useEffect, useRef, useState } from 'react';
import { Markdown } from './markdown.tsx';

/** About four lines: what stands below it keeps its place on the screen. */
const foldedHeightPx = 96;

/** A text beside other things; of a long one the beginning, and the rest by a click. */
export function FoldedMarkdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    // The same text is longer on a narrower screen.
    const sizes = new ResizeObserver(() => setLong(element.offsetHeight > foldedHeightPx));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <div
        // A link below the fold must be seen once the keyboard reaches it.
        className={`max-w-full overflow-hidden focus-within:!max-h-none focus-within:[mask-image:none] ${isLong && !isOpen ? '[mask-image:linear-gradient(black_60%,transparent)]' : ''}`}
        style={isOpen ? undefined : { maxHeight: foldedHeightPx }}
      >
        <div ref={place}>
          <Markdown text={text} />
        </div>
      </div>
      {isLong && (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="cursor-pointer text-xs text-accent hover:underline"
        >
          {isOpen ? 'less' : 'all of it'}
        </button>
      )}
    </div>
  );
}
