import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Answer } from './answer.tsx';
import { Button } from './button.tsx';

/** A list as far as it was read, and a button for the rest. */
export function PagesAnswer<Item>({
  query,
  more = 'Show older',
  children,
}: {
  query: UseInfiniteQueryResult<Item[]>;
  /** What the button says. */
  more?: string;
  children: (items: readonly Item[]) => ReactNode;
}) {
  return (
    <>
      <Answer query={query as unknown as UseQueryResult<Item[]>}>{children}</Answer>
      {query.hasNextPage && (
        <div className="border-t border-line p-3 text-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Reading …' : more}
          </Button>
        </div>
      )}
    </>
  );
}
