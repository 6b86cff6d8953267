import { DividendError } from '@dividend/core/errors';

/** Where in the spec: keys and list positions from the top. */
export type SpecPath = readonly (string | number)[];

/** One thing that is wrong with a spec: what was expected there and what came. */
export interface SpecProblem {
  readonly path: SpecPath;
  readonly message: string;
}

/** More than these are counted, not told: the rest often follows from the first. */
const toldProblems = 20;

/** One error for all problems, each with its line; `field` is the path of the first. */
export function toSpecError(
  problems: readonly SpecProblem[],
  lineOf: (path: SpecPath) => number,
): DividendError {
  const located = problems
    .map((problem) => ({ ...problem, line: lineOf(problem.path) }))
    .sort((left, right) => left.line - right.line);
  const told = located.slice(0, toldProblems).map(({ line, path, message }) => {
    const where = path.length === 0 ? '' : ` ${formatPath(path)}:`;
    return `line ${line}:${where} ${message}`;
  });
  if (located.length > told.length) told.push(`and ${located.length - told.length} more`);
  const title = told.length === 1 ? 'The spec was not applied, ' : 'The spec was not applied:\n  ';
  const first = located[0];
  return new DividendError('SPEC_INVALID', 'invalid_argument', title + told.join('\n  '), {
    ...(first === undefined ? {} : { field: formatPath(first.path) }),
  });
}

/** `pipeline.steps[1].uses` */
export function formatPath(path: SpecPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** `; did you mean 'command'?`, or nothing where no known name is close. */
export function suggest(given: string, known: Iterable<string>): string {
  const closest = findClosest(given, known);
  return closest === undefined ? '' : `; did you mean '${closest}'?`;
}

/** The known name that is a typing error or two away from `given`: less than half of it differs. */
export function findClosest(given: string, known: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (
      distance <= Math.max(1, Math.floor(name.length * 0.45)) &&
      distance < (best?.distance ?? Number.POSITIVE_INFINITY)
    )
      best = { name, distance };
  }
  return best?.name;
}

/** Levenshtein distance with swaps of neighbours (optimal string alignment). */
function editDistance(left: string, right: string): number {
  const rows = Array.from({ length: left.length + 1 }, (_, row) => [
    row,
    ...new Array<number>(right.length).fill(0),
  ]);
  rows[0] = Array.from({ length: right.length + 1 }, (_, column) => column);
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= left.length; row++) {
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let distance = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + cost,
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        distance = Math.min(distance, at(row - 2, column - 2) + 1);
      (rows[row] as number[])[column] = distance;
    }
  }
  return at(left.length, right.length);
}
