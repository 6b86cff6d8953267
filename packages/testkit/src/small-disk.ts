import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  /** Takes away what `fill` wrote. */
  free(): void;
}

/** A folder that is a disk of its own, until the test file ends; undefined where mounting is not permitted. */
export async function makeSmallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'dividend-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${mebibytes}m`];
  const isMounted = spawnSync('/bin/mount', [...options, 'tmpfs', folder]).status === 0;
  after(async () => {
    if (isMounted) spawnSync('/bin/umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });
  if (!isMounted) return undefined;
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => {
      for (const bytes of [1_048_576, 4096, 1]) {
        try {
          for (;;) writeFileSync(ballast, Buffer.alloc(bytes), { flag: 'a' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
  };
}

export const mayNotMount = 'needs the right to mount a disk';
