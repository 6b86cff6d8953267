import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '@dividend/contracts/serving';
import type { Log } from '../log.ts';
import { parseSnapshot } from './parse-snapshot.ts';

/** The last snapshot that worked, on disk: enough to serve while control is away. */
export interface SnapshotStore {
  /** Undefined where there is none, or none that can be read. */
  load(): Promise<Snapshot | undefined>;
  save(snapshot: Snapshot): Promise<void>;
}

export async function openSnapshotStore(home: string, log: Log): Promise<SnapshotStore> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'snapshot.json');
  return {
    load: async () => {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      try {
        return parseSnapshot(text);
      } catch (error) {
        log.warn('The snapshot on disk is not usable; waiting for control', { path, error });
        return undefined;
      }
    },
    save: async (snapshot) => {
      const temporary = `${path}.${process.pid}.part`;
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(snapshot));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    },
  };
}
