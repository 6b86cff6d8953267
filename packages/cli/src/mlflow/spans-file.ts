import { DividendError } from '@dividend/core/errors';
import { parseExactJson } from '@dividend/core/json';
import type { SourceEntry } from './source.ts';

/** Where traces from before 3.4 have their spans. */
const fileName = 'traces.json';
/** A trace may have 64 MB of spans here; as MLflow writes them they are some times longer. */
const maxFileBytes = 256_000_000;

/** The spans in the file of a trace; none where there is no file. @throws {DividendError} SPANS_UNREADABLE */
export async function* readSpansFile(entries: AsyncIterable<SourceEntry>): AsyncGenerator<unknown> {
  for await (const entry of entries) {
    if ('refused' in entry) {
      if (entry.path === '' || entry.path === fileName) throw unreadable(entry.refused);
      continue;
    }
    if (entry.path !== fileName) continue;
    yield* toSpans(await readWhole(await entry.open()));
    return;
  }
}

async function readWhole(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > maxFileBytes) throw unreadable(`'${fileName}' has more than ${maxFileBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function* toSpans(text: string): Generator<unknown> {
  let file: { spans?: unknown } | null;
  try {
    file = parseExactJson(text) as typeof file;
  } catch {
    throw unreadable(`'${fileName}' is no JSON`);
  }
  if (!Array.isArray(file?.spans)) throw unreadable(`'${fileName}' has no list of spans`);
  yield* file.spans;
}

function unreadable(reason: string): DividendError {
  return new DividendError('SPANS_UNREADABLE', 'invalid_argument', reason);
}
