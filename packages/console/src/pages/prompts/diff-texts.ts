import { diffArrays, diffWordsWithSpace } from 'diff';

export interface DiffPiece {
  readonly text: string;
  readonly isChanged: boolean;
}

export interface DiffLine {
  /** From 1. */
  readonly number: number;
  readonly pieces: readonly DiffPiece[];
}

/** One line on both sides; a side is undefined where it has none there. */
export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'removed' | 'added';
  readonly before: DiffLine | undefined;
  readonly after: DiffLine | undefined;
}

/** Texts that differ in everything take longest, and say least: then lines are taken as wholly changed. */
const limitMs = 300;

/** Two texts line by line; lines that take each other's place, word by word. */
export function diffTexts(before: string, after: string): readonly DiffRow[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const parts = diffArrays(left, right, { timeout: limitMs }) ?? [
    { value: left, removed: true, added: false },
    { value: right, removed: false, added: true },
  ];
  const rows: DiffRow[] = [];
  const at = { before: 0, after: 0 };
  let removed: readonly string[] = [];
  const settle = (added: readonly string[]) => {
    rows.push(...pairLines(removed, added, at));
    at.before += removed.length;
    at.after += added.length;
    removed = [];
  };
  for (const part of parts) {
    if (part.removed) {
      settle([]);
      removed = part.value;
    } else if (part.added) settle(part.value);
    else {
      settle([]);
      for (const text of part.value) {
        at.before += 1;
        at.after += 1;
        const pieces = [{ text, isChanged: false }];
        rows.push({
          kind: 'same',
          before: { number: at.before, pieces },
          after: { number: at.after, pieces },
        });
      }
    }
  }
  settle([]);
  return rows;
}

function pairLines(
  removed: readonly string[],
  added: readonly string[],
  at: { readonly before: number; readonly after: number },
): DiffRow[] {
  return Array.from({ length: Math.max(removed.length, added.length) }, (_each, index): DiffRow => {
    const [old, next] = [removed[index], added[index]];
    const [before, after] = [at.before + index + 1, at.after + index + 1];
    if (old !== undefined && next !== undefined) {
      const words = diffWords(old, next);
      return {
        kind: 'changed',
        before: { number: before, pieces: words.before },
        after: { number: after, pieces: words.after },
      };
    }
    return old === undefined
      ? { kind: 'added', before: undefined, after: { number: after, pieces: whole(next ?? '') } }
      : { kind: 'removed', before: { number: before, pieces: whole(old) }, after: undefined };
  });
}

function diffWords(before: string, after: string): Record<'before' | 'after', readonly DiffPiece[]> {
  const parts = diffWordsWithSpace(before, after, { timeout: limitMs });
  if (parts === undefined) return { before: whole(before), after: whole(after) };
  const toPieces = (other: 'added' | 'removed', own: 'added' | 'removed') =>
    join(
      parts
        .filter((part) => !part[other])
        .map((part) => ({ text: part.value, isChanged: part[own] === true })),
    );
  return { before: toPieces('added', 'removed'), after: toPieces('removed', 'added') };
}

/** Pieces beside each other that are alike are one. */
function join(pieces: readonly DiffPiece[]): readonly DiffPiece[] {
  const joined: DiffPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.isChanged === piece.isChanged)
      joined[joined.length - 1] = { ...last, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}

function whole(text: string): readonly DiffPiece[] {
  return [{ text, isChanged: true }];
}
