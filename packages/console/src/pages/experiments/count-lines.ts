import { formatNumber } from '../../ui/format.ts';
import type { RunItem } from './run-items.ts';

/**
 * How many runs a table has: those that stand for themselves, and those that fold out below them.
 *
 * @param isWhole nothing is left to read
 * @param all every run that could be listed, at any depth; undefined where that is not known
 */
export function countLines(
  items: readonly RunItem[],
  { isWhole, all }: { isWhole: boolean; all: number | undefined },
): string {
  const tops = items.flatMap((item) => (item.kind === 'run' && item.depth === 0 ? [item.row] : []));
  const direct = tops.reduce((sum, { children }) => sum + children, 0);
  const own = `${formatNumber(tops.length)} ${tops.length === 1 ? 'run' : 'runs'}`;
  if (!isWhole) return `${own} read, more as you scroll`;
  if (direct === 0) return `${own}, all there are`;
  return all === undefined
    ? `${own} and ${formatNumber(direct)} nested directly below`
    : `${own} and ${formatNumber(Math.max(direct, all - tops.length))} nested below`;
}
