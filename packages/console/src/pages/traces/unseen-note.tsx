import { formatNumber } from '../../ui/format.ts';

/** What came in since somebody read on, and a way to it. */
export function UnseenNote({ count, what, onShow }: { count: number; what: string; onShow: () => void }) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      onClick={onShow}
      className="cursor-pointer self-start rounded-md bg-accent-soft px-3 py-1.5 text-xs text-accent hover:underline"
    >
      {count >= 100 ? 'More than 100' : formatNumber(count)} new {what}
      {count === 1 ? '' : 's'}: back to the beginning
    </button>
  );
}
