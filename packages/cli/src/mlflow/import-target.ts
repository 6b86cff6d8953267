import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ArtifactAnswer,
  type BatchAnswer,
  type ImportItem,
  type ImportRecord,
  type ImportReport,
  type ImportView,
  type RecordResult,
  recordIdOf,
  type VerifiedItem,
} from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import type { Client } from '@dividend/sdk';
import type { ArtifactOwner, SourceFile } from './source.ts';

/** Control restarts in a second or two, on a busy machine in most of a minute; whatever is sent here may be sent twice. */
const attempts = 10;
/** A platform that was not there yet may never be. */
const attemptsToOpen = 4;
const maxWaitMs = 12_800;

/** What of a run's metrics, or which file, is over already. */
export type KnownItems = ReadonlyMap<string, ImportItem>;

/** The platform's door for an import. */
export interface ImportTarget {
  /** Null for a dry run. */
  readonly importId: string | null;
  known(): Promise<KnownItems>;
  send(records: readonly ImportRecord[]): Promise<RecordResult[]>;
  /** With the digest of what was read here; the platform's own must be equal. */
  sendFile(owner: ArtifactOwner, file: SourceFile): Promise<ArtifactAnswer>;
  verification(): AsyncIterable<VerifiedItem>;
  finish(report: ImportReport): Promise<ImportView | undefined>;
}

/** Takes everything and keeps nothing, so that all of a source is read and checked. */
export const dryTarget: ImportTarget = {
  importId: null,
  known: async () => new Map(),
  send: async (records) =>
    records.map((record) => ({ kind: record.kind, id: recordIdOf(record), state: 'created' })),
  sendFile: async (_owner, { bytes }) => ({ state: 'created', digest: '', bytes }),
  verification: async function* () {},
  finish: async () => undefined,
};

export async function openImportTarget(client: Client, source: string): Promise<ImportTarget> {
  const json = async <Answer>(path: string, init: Parameters<Client['raw']>[1]): Promise<Answer> =>
    again(async () => (await (await client.raw(path, init)).json()) as Answer);
  const opened = await again(() => client.raw('/api/v1/imports', { json: { source } }), attemptsToOpen);
  const { importId } = (await opened.json()) as ImportView;
  const at = (part: string) => `/api/v1/imports/${importId}/${part}`;
  return {
    importId,
    known: () =>
      again(async () => {
        const items = new Map<string, ImportItem>();
        for await (const item of readLines<ImportItem>(await client.raw(at('items'))))
          items.set(`${item.kind} ${item.id}`, item);
        return items;
      }),
    send: async (records) => {
      const body = records.map((record) => JSON.stringify(record)).join('\n');
      const headers = { 'content-type': 'application/x-ndjson' };
      const { results } = await json<BatchAnswer>(at('records'), { method: 'POST', body, headers });
      return results;
    },
    sendFile: (owner, file) =>
      again(async () => {
        const hash = createHash('sha256');
        const content = await file.open();
        const query = { of: owner.of, id: owner.id, path: file.path, fingerprint: file.fingerprint };
        const answer = await putStream(new URL(at('artifacts'), client.url), query, hashed(content, hash));
        const digest = `sha256:${hash.digest('hex')}`;
        if (answer.digest === digest) return answer;
        throw new DividendError(
          'DIGEST_MISMATCH',
          'unavailable',
          `The file was read with digest '${digest}' and arrived as '${answer.digest}'`,
        );
      }),
    verification: async function* () {
      yield* readLines<VerifiedItem>(await again(() => client.raw(at('verification'))));
    },
    finish: (report) => json<ImportView>(at('finish'), { json: report }),
  };
}

/** Repeats what failed for a reason that passes. */
async function again<Answer>(action: () => Promise<Answer>, tries = attempts): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      const passes = error instanceof DividendError && error.retryable;
      if (!passes || attempt === tries) throw error;
      await sleep(Math.min(100 * 2 ** attempt, maxWaitMs));
    }
  }
}

async function* hashed(
  content: AsyncIterable<Uint8Array>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}

async function putStream(
  url: URL,
  query: Record<string, string>,
  content: AsyncIterable<Uint8Array>,
): Promise<ArtifactAnswer> {
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  let sourceFault: unknown;
  const watched = (async function* () {
    try {
      yield* content;
    } catch (error) {
      sourceFault = error;
      throw error;
    }
  })();
  // Node's fetch takes a stream of bytes where it is told that the answer comes after it.
  const init = { method: 'PUT', body: Readable.toWeb(Readable.from(watched)), duplex: 'half' };
  const response = await fetch(url, init as unknown as RequestInit).catch((cause: unknown) => {
    if (sourceFault !== undefined) throw sourceFault;
    throw new DividendError('CONTROL_UNREACHABLE', 'unavailable', `No answer from ${url.origin}`, { cause });
  });
  const body = (await response.json()) as ArtifactAnswer & { error?: { code: string; message: string } };
  if (response.ok) return body;
  throw new DividendError(
    body.error?.code ?? 'REQUEST_FAILED',
    response.status >= 500 ? 'unavailable' : 'invalid_argument',
    body.error?.message ?? `the platform answered ${response.status}`,
  );
}

async function* readLines<Line>(response: Response): AsyncGenerator<Line> {
  if (response.body === null) return;
  const lines = createInterface({ input: Readable.fromWeb(response.body as never) });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
}
