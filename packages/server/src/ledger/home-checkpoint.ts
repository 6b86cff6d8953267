import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const pathIn = (home: string) => join(home, 'keys', 'ledger-checkpoint.txt');

/**
 * Keeps the newest checkpoint beside the key: who can change the database alone cannot also cut the end of the ledger
 * with the checkpoints that speak of it. A shorter one never takes the place of a longer one of the same ledger.
 */
export async function keepHomeCheckpoint(home: string, note: string): Promise<void> {
  const kept = await findHomeCheckpoint(home);
  if (kept !== undefined && originOf(kept) === originOf(note) && sizeOf(kept) >= sizeOf(note)) return;
  const draft = `${pathIn(home)}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, note, { mode: 0o600 });
    await rename(draft, pathIn(home));
  } finally {
    await rm(draft, { force: true });
  }
}

async function findHomeCheckpoint(home: string): Promise<string | undefined> {
  try {
    return await readFile(pathIn(home), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The checkpoint of this ledger; after the database was replaced by another, the one of the old tells nothing. */
export async function findCheckpointOf(home: string, ledger: string): Promise<string | undefined> {
  const note = await findHomeCheckpoint(home);
  return note !== undefined && originOf(note) === ledger ? note : undefined;
}

function originOf(note: string): string {
  return note.slice(0, note.indexOf('\n'));
}

function sizeOf(note: string): number {
  return Number(note.split('\n', 2)[1]);
}
