// One process that sends load and measures it; ordered about by messages of its parent, so that all rounds come from the same
// process. Open loop: requests leave at random (Poisson) moments of a fixed rate, whatever the answers do. Closed loop: each
// connection sends when its last answer is in.
import { Agent, request } from 'node:http';
import type { LoadOrder, LoadResult } from './load-order.ts';

/** Fixed, so that every round has the same arrivals. */
const seed = 12345;

process.on('message', async (order: LoadOrder) => {
  process.send?.(await (order.kind === 'open' ? runOpenLoop(order) : runClosedLoop(order)));
});

interface Tally {
  readonly latenciesMs: number[];
  failures: number;
}

async function runOpenLoop(order: Extract<LoadOrder, { kind: 'open' }>): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const tally: Tally = { latenciesMs: [], failures: 0 };
  const lagsMs: number[] = [];
  const random = createRandom(seed);
  const calls: Promise<void>[] = [];
  const startedAt = performance.now();
  let due = startedAt;
  while (due - startedAt < order.seconds * 1000) {
    due += (-Math.log(1 - random()) * 1000) / order.ratePerSecond;
    const waitMs = due - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    lagsMs.push(Math.max(0, performance.now() - due));
    calls.push(call(order.url, order.body, agent, tally));
  }
  await Promise.all(calls);
  agent.destroy();
  return toResult(tally, lagsMs, (performance.now() - startedAt) / 1000);
}

async function runClosedLoop(order: Extract<LoadOrder, { kind: 'closed' }>): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const tally: Tally = { latenciesMs: [], failures: 0 };
  const startedAt = performance.now();
  const end = startedAt + order.seconds * 1000;
  let left = order.requests ?? Number.POSITIVE_INFINITY;
  const connection = async (): Promise<void> => {
    while (left-- > 0 && performance.now() < end) await call(order.url, order.body, agent, tally);
  };
  await Promise.all(Array.from({ length: order.connections }, connection));
  agent.destroy();
  return toResult(tally, [0], (performance.now() - startedAt) / 1000);
}

function call(url: string, body: string, agent: Agent, tally: Tally): Promise<void> {
  return new Promise((resolve) => {
    const sentAt = performance.now();
    const end = (isAnswered: boolean) => {
      if (isAnswered) tally.latenciesMs.push(performance.now() - sentAt);
      else tally.failures += 1;
      resolve();
    };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => end(response.statusCode === 200));
    });
    sent.on('error', () => end(false));
    sent.end(body);
  });
}

function toResult({ latenciesMs, failures }: Tally, lagsMs: number[], seconds: number): LoadResult {
  latenciesMs.sort((a, b) => a - b);
  lagsMs.sort((a, b) => a - b);
  return {
    answered: latenciesMs.length,
    failures,
    perSecond: latenciesMs.length / seconds,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    maxMs: latenciesMs.at(-1) ?? 0,
    lagMsP99: quantile(lagsMs, 0.99),
  };
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

/** mulberry32 */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
