import { isNumeric, widthOf } from './run-columns.ts';

/** A column where it stands in the table. */
export interface Placed {
  readonly name: string;
  readonly isNumeric: boolean;
  readonly isPinned: boolean;
  readonly isLastPinned: boolean;
  readonly widthPx: number;
  /** Pixels from the left edge that it stays at; undefined where it scrolls. */
  readonly left: number | undefined;
}

/** Pinned columns first, in the order they were pinned, side by side from `fromPx` on. */
export function placeColumns(
  columns: readonly string[],
  pinned: readonly string[],
  fromPx: number,
): readonly Placed[] {
  const stay = pinned.filter((name) => columns.includes(name));
  const scroll = columns.filter((name) => !stay.includes(name));
  let left = fromPx;
  const placed = stay.map((name, index): Placed => {
    const widthPx = widthOf(name);
    const at = left;
    left += widthPx;
    const isLastPinned = index === stay.length - 1;
    return { name, isNumeric: isNumeric(name), isPinned: true, isLastPinned, widthPx, left: at };
  });
  const rest = scroll.map(
    (name): Placed => ({
      name,
      isNumeric: isNumeric(name),
      isPinned: false,
      isLastPinned: false,
      widthPx: widthOf(name),
      left: undefined,
    }),
  );
  return [...placed, ...rest];
}
