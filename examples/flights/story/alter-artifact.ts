import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Flips the lowest bit of the middle byte of a stored artifact, as a bad disk or a bad hand would. Returns the undoing. */
export async function alterOneByte(home: string, digest: string): Promise<() => Promise<void>> {
  const hex = digest.replace('sha256:', '');
  const path = join(home, 'blobs/sha256', hex.slice(0, 2), hex);
  const flip = async () => {
    const file = await open(path, 'r+');
    try {
      const middle = Math.floor((await file.stat()).size / 2);
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, middle);
      byte[0] = (byte[0] ?? 0) ^ 1;
      await file.write(byte, 0, 1, middle);
    } finally {
      await file.close();
    }
  };
  await flip();
  return flip;
}
