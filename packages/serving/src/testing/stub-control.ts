import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ServingStatus, Snapshot, TelemetryBatch } from '@dividend/contracts/serving';

/** The part of control that serving talks to, over real HTTP, for tests and benchmarks without a database. */
export interface StubControl {
  readonly url: string;
  readonly token: string;
  /** Batches counted, each chunk once. */
  readonly batches: readonly TelemetryBatch[];
  /** Times a chunk came that was counted before. */
  readonly repeated: number;
  /** Latest status of each process; undefined once it said farewell. */
  readonly statuses: ReadonlyMap<string, ServingStatus | undefined>;
  setSnapshot(snapshot: Snapshot): void;
  /** Stores weights; returns their digest. */
  addBlob(content: Uint8Array): string;
  /** Serves other bytes than those of the digest. */
  tamper(digest: string, content: Uint8Array): void;
  /** Makes telemetry fail with this status; undefined: take it. */
  refuseTelemetry(status: number | undefined): void;
  /** Counts batches and forgets their rows, for long runs. */
  forgetRows(): void;
  close(): Promise<void>;
}

export async function startStubControl(port = 0): Promise<StubControl> {
  const token = 'stub-token';
  const blobs = new Map<string, Uint8Array>();
  const statuses = new Map<string, ServingStatus | undefined>();
  const batches: TelemetryBatch[] = [];
  const seen = new Set<string>();
  const waiting = new Set<() => void>();
  let snapshot: Snapshot | undefined;
  let telemetryStatus: number | undefined;
  let repeated = 0;
  let keepsRows = true;

  const answerSnapshot = (request: IncomingMessage, response: ServerResponse): void => {
    if (snapshot === undefined) return void response.writeHead(503).end();
    if (request.headers['if-none-match'] === `"${snapshot.version}"`) {
      const end = () => {
        waiting.delete(end);
        clearTimeout(timer);
        if (request.headers['if-none-match'] === `"${snapshot?.version}"`) response.writeHead(304).end();
        else answerSnapshot(request, response);
      };
      const wait = Number(new URL(request.url ?? '/', 'http://stub').searchParams.get('wait') ?? 0);
      const timer = setTimeout(end, wait * 1000);
      waiting.add(end);
      response.on('close', () => {
        waiting.delete(end);
        clearTimeout(timer);
      });
      return;
    }
    response.writeHead(200, { etag: `"${snapshot.version}"` }).end(JSON.stringify(snapshot));
  };

  const takeTelemetry = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const batch = (await json(request)) as TelemetryBatch;
    if (telemetryStatus !== undefined) return void response.writeHead(telemetryStatus).end('{}');
    const key = `${batch.processId}/${batch.chunkId}`;
    if (seen.has(key)) repeated += 1;
    else {
      seen.add(key);
      batches.push(keepsRows ? batch : { ...batch, groups: batch.groups.map(forgetColumns), rows: [] });
    }
    response.writeHead(200).end('{}');
  };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end('{}');
    if (path === '/internal/v1/snapshot') return answerSnapshot(request, response);
    if (path === '/internal/v1/telemetry') return takeTelemetry(request, response);
    const id = path.split('/').at(-1) ?? '';
    if (path.startsWith('/internal/v1/serving/')) {
      statuses.set(id, request.method === 'PUT' ? ((await json(request)) as ServingStatus) : undefined);
      return void response.writeHead(204).end();
    }
    const blob = blobs.get(id);
    if (blob === undefined) return void response.writeHead(404).end('{}');
    return void response.writeHead(200, { 'content-length': blob.byteLength }).end(blob);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    batches,
    statuses,
    get repeated() {
      return repeated;
    },
    setSnapshot: (next) => {
      snapshot = next;
      for (const end of [...waiting]) end();
    },
    addBlob: (content) => {
      const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      blobs.set(digest, content);
      return digest;
    },
    tamper: (digest, content) => blobs.set(digest, content),
    refuseTelemetry: (status) => {
      telemetryStatus = status;
    },
    forgetRows: () => {
      keepsRows = false;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forgetColumns(group: TelemetryBatch['groups'][number]): TelemetryBatch['groups'][number] {
  return { ...group, columns: {}, score: null };
}
