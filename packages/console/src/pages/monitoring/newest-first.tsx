import { type ReactNode, useState } from 'react';

const shownAtFirst = 6;

/** What needs someone before what is over, the newest first within each; the rest at a click. */
export function NewestFirst<Item>({
  items,
  isOpen,
  children,
}: {
  items: readonly Item[];
  isOpen: (item: Item) => boolean;
  children: (shown: readonly Item[]) => ReactNode;
}) {
  const [isWhole, setIsWhole] = useState(false);
  const sorted = [...items.filter(isOpen), ...items.filter((item) => !isOpen(item))];
  return (
    <>
      {children(isWhole ? sorted : sorted.slice(0, shownAtFirst))}
      {items.length > shownAtFirst && (
        <button
          type="button"
          aria-expanded={isWhole}
          className="w-full cursor-pointer border-t border-line px-4 py-2 text-left text-accent hover:bg-raised"
          onClick={() => setIsWhole(!isWhole)}
        >
          {isWhole ? 'Show fewer' : `Show all ${items.length}`}
        </button>
      )}
    </>
  );
}
