import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createPieceWriter, pieceBytes } from './piece-writer.ts';

const folder = await mkdtemp(join(tmpdir(), 'dividend-pieces-'));
after(() => rm(folder, { recursive: true, force: true }));

async function writeAll(chunks: readonly Uint8Array[]): Promise<Buffer> {
  const path = join(folder, 'content');
  const file = await open(path, 'w');
  const writer = createPieceWriter(file);
  for (const chunk of chunks) await writer.add(chunk);
  await writer.end();
  await file.close();
  return readFile(path);
}

test('createPieceWriter writes every byte in order, whatever the sizes of the chunks', async () => {
  const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(2 * pieceBytes)), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const chunks = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      assert.ok((await writeAll(chunks)).equals(Buffer.concat(chunks)));
    }),
    { numRuns: 40 },
  );
});

test('createPieceWriter passes the failure of a write on', async () => {
  const path = join(folder, 'read-only');
  await (await open(path, 'w')).close();
  const file = await open(path, 'r');
  const writer = createPieceWriter(file);
  await writer.add(Buffer.from('content'));
  await assert.rejects(writer.end(), { code: 'EBADF' });
  await writer.settle();
  await file.close();
});
