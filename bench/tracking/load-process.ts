// The process that sends the load and measures it; ordered about by messages of its parent, so that all rounds of all servers
// come from the same process. Closed loop: each connection sends when its last answer is in.
import { type HttpAnswer, type HttpConnection, openConnection } from './http-connection.ts';
import { openBound } from './postgres-bound.ts';
import { type RequestRow, requestRows } from './request-rows.ts';
import type { Seeded } from './seed-plan.ts';

export interface RoundOrder {
  readonly row: string;
  /** An `http:` address is a server, a `postgres:` one the database that the bound is measured on. */
  readonly url: string;
  readonly seeded: Seeded;
  readonly seconds: number;
}

export interface RoundResult {
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 200, and lost connections. */
  readonly failures: number;
  readonly firstFailure: string | undefined;
}

type Send = (connection: number, sequence: number) => Promise<HttpAnswer>;

/** Beyond every step that an earlier bench wrote to the same home. */
let sequence = Math.floor(Date.now() / 1000) * 1000;

process.on('message', async (order: RoundOrder) => {
  const row = requestRows.find(({ name }) => name === order.row) as RequestRow;
  process.send?.(
    order.url.startsWith('http:') ? await loadServer(row, order) : await loadDatabase(row, order),
  );
});

async function loadServer(row: RequestRow, { url, seeded, seconds }: RoundOrder): Promise<RoundResult> {
  const connections = Array.from({ length: row.connections }, () => openConnection(url));
  const send: Send = (connection, next) =>
    (connections[connection] as HttpConnection).send(row.build(seeded, connection, next));
  const result = await runLoop(row, seconds, send);
  for (const connection of connections) connection.close();
  return result;
}

async function loadDatabase(row: RequestRow, { url, seeded, seconds }: RoundOrder): Promise<RoundResult> {
  const bound = await openBound(row, url, seeded);
  const answer: HttpAnswer = { status: 200, bytes: 0, beginning: '' };
  const result = await runLoop(row, seconds, async (connection, next) => {
    await bound.run(connection, next);
    return answer;
  });
  await bound.close();
  return result;
}

async function runLoop(row: RequestRow, seconds: number, send: Send): Promise<RoundResult> {
  const latencies: number[] = [];
  let failures = 0;
  let firstFailure: string | undefined;
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  const connection = async (index: number): Promise<void> => {
    while (performance.now() < end) {
      const sentAt = performance.now();
      const failure = await send(index, sequence++).then(
        ({ status, beginning }) => (status === 200 ? undefined : `${status} ${beginning}`),
        (error: Error) => error.message,
      );
      if (failure === undefined) latencies.push(performance.now() - sentAt);
      else {
        failures += 1;
        firstFailure ??= failure;
        // A server that refuses at once must not be flooded.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.all(Array.from({ length: row.connections }, (_, index) => connection(index)));
  const tookSeconds = (performance.now() - startedAt) / 1000;
  latencies.sort((one, other) => one - other);
  const quantile = (q: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? Number.NaN;
  return {
    answered: latencies.length,
    perSecond: latencies.length / tookSeconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    failures,
    firstFailure,
  };
}
