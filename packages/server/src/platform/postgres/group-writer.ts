import type { Db, Tx } from './database.ts';
import { translateDatabaseError } from './postgres-errors.ts';

export interface GroupWriterOptions<Item, Result> {
  /** Writes items in one transaction; a result for each, in their order. */
  readonly write: (tx: Tx, items: readonly Item[]) => Promise<readonly Result[]>;
  /** Rows that an item writes; default 1. */
  readonly weigh?: (item: Item) => number;
}

/** Transactions of one writer under way at a time: one that waits for its commit leaves the processor to the other. */
const lanes = 2;
/** Rows in one transaction at most, unless one item has more: a small write must not wait long behind large ones. */
const mostRows = 2000;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: what concurrent callers write goes into one transaction, so that they share its round trips and its flush to
 * disk. A call returns when its rows are committed. Each item stays whole or unwritten on its own: where a group fails it is
 * rolled back, and each of its items gets a transaction to itself.
 */
export function createGroupWriter<Item, Result>(
  db: Db,
  { write, weigh = () => 1 }: GroupWriterOptions<Item, Result>,
): (item: Item) => Promise<Result> {
  const queue: Waiting<Item, Result>[] = [];
  let open = 0;

  const commit = (items: readonly Item[]) => db.transaction().execute((tx) => write(tx, items));

  const commitAlone = async ({ item, resolve, reject }: Waiting<Item, Result>): Promise<void> => {
    await commit([item]).then(([result]) => resolve(result as Result), reject);
  };

  const commitGroup = async (group: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await commit(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      // Of a lost connection nobody knows whether it had committed: writing again could write twice.
      if (group.length === 1 || isConnectionLost(error)) for (const { reject } of group) reject(error);
      else await Promise.all(group.map(commitAlone));
    }
  };

  const takeGroup = (): Waiting<Item, Result>[] => {
    let rows = 0;
    let count = 0;
    for (const { item } of queue) {
      rows += weigh(item);
      if (count > 0 && rows > mostRows) break;
      count += 1;
    }
    return queue.splice(0, count);
  };

  const runLane = async (): Promise<void> => {
    while (queue.length > 0) await commitGroup(takeGroup());
    open -= 1;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (open === lanes) return;
      open += 1;
      // After the requests that came in the same moment.
      setImmediate(() => void runLane());
    });
}

function isConnectionLost(error: unknown): boolean {
  return (translateDatabaseError(error) as { code?: string }).code === 'DATABASE_UNAVAILABLE';
}
