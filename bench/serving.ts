// Serving beside a bare loop of node:http and ONNX Runtime, in interleaved rounds from one load generator.
//   node bench/serving.ts [--rounds 5] [--seconds 10] [--rate 300] [--memory 1000000]
//   node bench/serving.ts --url http://127.0.0.1:7401 --endpoint flight-delay [--pid 4711]   (a running platform)
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createRelease,
  createSnapshot,
  lateRequest,
  stableArm,
} from '@dividend/serving/testing/serving-fixture';
import { startStubControl } from '@dividend/serving/testing/stub-control';
import {
  findFreePort,
  processorMs,
  residentMib,
  startLoadGenerator,
  startProcess,
  stopProcesses,
  type Target,
  untilAnswers,
} from './bench-processes.ts';
import { buildBody } from './build-body.ts';
import type { LoadResult } from './load-order.ts';
import { printTable } from './print-table.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '300' },
    connections: { type: 'string', default: '16' },
    memory: { type: 'string' },
    url: { type: 'string' },
    endpoint: { type: 'string' },
    pid: { type: 'string' },
  },
});
const serving = join(import.meta.dirname, '../packages/serving');
const home = await mkdtemp(join(tmpdir(), 'bench-serving-'));
const control = await startStubControl();
control.forgetRows();

async function startBare(): Promise<Target> {
  const port = await findFreePort();
  const model = join(serving, 'fixtures/late-a.onnx');
  const child = startProcess(join(import.meta.dirname, 'bare-server.ts'), [model, String(port)], {});
  const body = JSON.stringify(lateRequest([[8, 2, 700]], { unit_id: 'unit-1' }));
  return { name: 'bare loop', url: `http://127.0.0.1:${port}/`, body, pid: child.pid };
}

async function startServing(): Promise<Target> {
  const port = await findFreePort();
  control.setSnapshot(createSnapshot([createRelease(control, 1, 'late-a.onnx')], stableArm(1)));
  const child = startProcess(join(serving, 'src/main.ts'), [], {
    DIVIDEND_CONTROL_URL: control.url,
    DIVIDEND_SERVING_TOKEN: control.token,
    DIVIDEND_SERVING_HOME: home,
    DIVIDEND_SERVING_PORT: String(port),
    // As the supervisor starts it.
    NODE_OPTIONS: '--max-semi-space-size=8',
  });
  const body = JSON.stringify(
    lateRequest([[8, 2, 700]], { unit_id: 'unit-1', event_time: '2001-03-04T05:06:07Z' }),
  );
  return { name: 'serving', url: `http://127.0.0.1:${port}/v2/models/late/infer`, body, pid: child.pid };
}

async function useRunning(base: string, endpoint: string): Promise<Target> {
  const pid = options.pid === undefined ? undefined : Number(options.pid);
  const url = `${base}/v2/models/${endpoint}/infer`;
  return { name: 'serving', url, body: await buildBody(base, endpoint), pid };
}

const targets = [
  await startBare(),
  options.url === undefined ? await startServing() : await useRunning(options.url, options.endpoint ?? ''),
];
const sendLoad = startLoadGenerator();
const connections = Number(options.connections);
const seconds = Number(options.seconds);

interface Round {
  readonly open: LoadResult;
  readonly closed: LoadResult;
  readonly openProcessorMsPerRequest: number;
}

async function runRound({ url, body, pid }: Target): Promise<Round> {
  const before = processorMs(pid);
  const open = await sendLoad({
    kind: 'open',
    url,
    body,
    connections,
    seconds,
    ratePerSecond: Number(options.rate),
  });
  const openProcessorMsPerRequest = (processorMs(pid) - before) / open.answered;
  const closed = await sendLoad({ kind: 'closed', url, body, connections: 8, seconds: seconds / 3 });
  return { open, closed, openProcessorMsPerRequest };
}

async function compare(): Promise<void> {
  const rounds = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  const idleMib = targets.map(({ pid }) => residentMib(pid));
  for (const target of targets) await runRound(target);
  for (let round = 0; round < Number(options.rounds); round++) {
    const order = round % 2 === 0 ? targets : [...targets].reverse();
    for (const target of order) rounds.get(target.name)?.push(await runRound(target));
  }
  const mediansOf = (of: (round: Round) => number) =>
    targets.map(({ name }) => median((rounds.get(name) ?? []).map(of)));
  printTable(
    targets.map(({ name }) => name),
    [
      ['p50, ms', mediansOf(({ open }) => open.p50Ms)],
      ['p99, ms', mediansOf(({ open }) => open.p99Ms)],
      [
        'p99 of the worst round, ms',
        targets.map(({ name }) => Math.max(...(rounds.get(name) ?? []).map(({ open }) => open.p99Ms))),
      ],
      [
        'max of all rounds, ms',
        targets.map(({ name }) => Math.max(...(rounds.get(name) ?? []).map(({ open }) => open.maxMs))),
      ],
      ['processor, ms a request', mediansOf((round) => round.openProcessorMsPerRequest)],
      ['closed loop, requests/s', mediansOf(({ closed }) => closed.perSecond)],
      ['closed loop p99, ms', mediansOf(({ closed }) => closed.p99Ms)],
      ['resident at start, MiB', idleMib],
      ['resident after, MiB', targets.map(({ pid }) => residentMib(pid))],
    ],
  );
  const all = [...rounds.values()].flat();
  const failures = all.reduce((sum, { open, closed }) => sum + open.failures + closed.failures, 0);
  const requests = all.reduce((sum, { open, closed }) => sum + open.answered + closed.answered, 0);
  const lag = Math.max(...all.map(({ open }) => open.lagMsP99));
  console.log(
    `\n${requests} requests, ${failures} failures; the generator sent at most ${lag.toFixed(2)} ms late (p99 of a round)`,
  );
}

/** Resident memory over many requests, sampled ten times. */
async function watchMemory(requests: number): Promise<void> {
  const target = targets[1] as Target;
  const rows: [string, number[]][] = [['0', [residentMib(target.pid)]]];
  for (let part = 1; part <= 10; part++) {
    const order = {
      kind: 'closed',
      url: target.url,
      body: target.body,
      connections: 8,
      seconds: 3600,
    } as const;
    const { failures } = await sendLoad({ ...order, requests: requests / 10 });
    if (failures > 0) throw new Error(`${failures} requests failed`);
    rows.push([`${(requests / 10) * part}`, [residentMib(target.pid)]]);
  }
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  rows.push(['10 s later', [residentMib(target.pid)]]);
  console.log('\nResident memory by requests answered (closed loop, 8 connections):');
  printTable(['MiB'], rows);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

try {
  for (const { url, body } of targets) await untilAnswers(url, body);
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, load before ${load}`,
  );
  console.log(
    `open loop ${options.rate}/s Poisson, ${connections} kept-alive connections, ${options.rounds} rounds of ${seconds} s after a warm-up round,`,
  );
  console.log('median of rounds; client on the same machine; one row of three columns\n');
  if (options.memory === undefined) await compare();
  else await watchMemory(Number(options.memory));
  if (options.url === undefined) {
    const chunks = control.batches.length;
    const rows = control.batches.flatMap((batch) => batch.groups).reduce((sum, group) => sum + group.rows, 0);
    console.log(`Control took ${chunks} chunks of telemetry with ${rows} rows`);
  }
} finally {
  await stopProcesses();
  await control.close();
  await rm(home, { recursive: true, force: true });
}
