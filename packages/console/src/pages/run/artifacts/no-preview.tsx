import { Empty } from '../../../ui/card.tsx';

/** Why a file is not shown, and what to do instead. */
export function NoPreview({ why }: { why: string }) {
  return <Empty>{why} Download it to open it with a program of yours.</Empty>;
}
