import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arm, ServedRelease, Signature, Snapshot } from '@dividend/contracts/serving';
import { createColumnCounts } from '@dividend/core/monitoring';
import { bucketCount } from '@dividend/core/rollouts';
import { type StubControl, startStubControl } from './stub-control.ts';

const fixtures = join(import.meta.dirname, '../../fixtures');

export function readFixture(name: string): Buffer {
  return readFileSync(join(fixtures, name));
}

/** Three columns stacked into one matrix, one probability: the shape of the models in `fixtures`. */
export const lateSignature: Signature = {
  inputs: ['hour', 'weekday', 'distance'].map((name) => ({ name, datatype: 'FP32' as const, shape: [-1] })),
  stackInto: 'X',
  outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1], onnxOutput: 'probabilities', column: 1 }],
  score: 'probability',
};

export const receiptSecret = 'a-receipt-secret-of-enough-length';

/** A release of a model file in `fixtures`. */
export function createRelease(
  control: StubControl,
  index: number,
  file: string,
  signature: Signature = lateSignature,
  warmup: ServedRelease['warmup'] = { hour: [3, 4], weekday: [1, 2], distance: [100, 200] },
): ServedRelease {
  const weights = readFixture(file);
  return {
    index,
    digest: `sha256:${String(index).padStart(64, '0')}`,
    model: 'late-flights',
    version: String(index),
    weights: { digest: control.addBlob(weights), bytes: weights.byteLength },
    signature,
    reference: [
      { name: 'hour', kind: 'numeric', edges: [6, 12, 18], ...createColumnCounts(4) },
      { name: 'distance', kind: 'numeric', edges: [500, 1500], ...createColumnCounts(3) },
    ],
    warmup,
  };
}

export function stableArm(releaseIndex: number): Arm[] {
  return [{ cohort: 'stable', releaseIndex, fromBucket: 0, toBucket: bucketCount }];
}

/** Canary and control of one width, stable elsewhere. */
export function canaryArms(stable: number, canary: number, buckets: number): Arm[] {
  const half = bucketCount / 2;
  const arms: Arm[] = [
    { cohort: 'canary', releaseIndex: canary, fromBucket: 0, toBucket: buckets },
    { cohort: 'stable', releaseIndex: stable, fromBucket: buckets, toBucket: half },
    { cohort: 'control', releaseIndex: stable, fromBucket: half, toBucket: half + buckets },
    { cohort: 'stable', releaseIndex: stable, fromBucket: half + buckets, toBucket: bucketCount },
  ];
  return arms.filter((arm) => arm.fromBucket < arm.toBucket);
}

let versions = 0;

export function createSnapshot(
  releases: readonly ServedRelease[],
  arms: readonly Arm[],
  options: { rolloutIndex?: number; salt?: string; name?: string } = {},
): Snapshot {
  const { rolloutIndex = 0, salt = 'salt', name = 'late' } = options;
  const route = { name, salt, rolloutIndex, arms };
  return {
    version: `${++versions}-0123456789abcdef`,
    receiptKey: { id: 1, secret: receiptSecret },
    endpoints: [
      { ...route, environment: 'production' },
      { ...route, environment: 'staging' },
    ],
    releases,
  };
}

export interface RunningServing {
  readonly url: string;
  readonly home: string;
  readonly child: ChildProcess;
  readonly log: () => string;
  /** Exit code or signal. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** A port that was free a moment ago: serving shares its port, so it cannot be asked to find one. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Starts `main.ts` as its own process. */
export async function startServingProcess(
  control: { url: string; token: string },
  home: string,
  environment: Record<string, string> = {},
): Promise<RunningServing> {
  const port = environment.DIVIDEND_SERVING_PORT ?? String(await findFreePort());
  let log = '';
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: {
      PATH: process.env.PATH ?? '',
      DIVIDEND_CONTROL_URL: control.url,
      DIVIDEND_SERVING_TOKEN: control.token,
      DIVIDEND_SERVING_HOME: home,
      DIVIDEND_SERVING_PORT: port,
      ...environment,
    },
    stdio: ['pipe', 'inherit', 'pipe'],
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0)),
  );
  return { url: `http://127.0.0.1:${port}`, home, child, log: () => log, exited };
}

export interface ServingFixture {
  readonly control: StubControl;
  readonly home: string;
  start(environment?: Record<string, string>): Promise<RunningServing>;
  /** Ends every process that was started, and removes the folder. */
  close(): Promise<void>;
}

export async function createServingFixture(): Promise<ServingFixture> {
  const control = await startStubControl();
  const home = await mkdtemp(join(tmpdir(), 'serving-test-'));
  const started: RunningServing[] = [];
  return {
    control,
    home,
    start: async (environment) => {
      const serving = await startServingProcess(control, home, environment);
      started.push(serving);
      return serving;
    },
    close: async () => {
      for (const { child } of started) child.kill('SIGKILL');
      await Promise.all(started.map(({ exited }) => exited));
      await control.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface InferAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly error?: string;
    readonly id?: string;
    readonly model_name: string;
    readonly model_version: string;
    readonly parameters: { readonly release: string; readonly cohort: string; readonly receipts: string };
    readonly outputs: readonly { name: string; datatype: string; shape: number[]; data: number[] }[];
  };
}

export function lateRequest(rows: readonly (readonly [number, number, number])[], parameters?: object) {
  const names = ['hour', 'weekday', 'distance'];
  return {
    ...(parameters ? { parameters } : {}),
    inputs: names.map((name, column) => ({
      name,
      shape: [rows.length],
      datatype: 'FP32',
      data: rows.map((row) => row[column]),
    })),
  };
}

export async function infer(url: string, body: unknown, model = 'late'): Promise<InferAnswer> {
  const response = await fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as InferAnswer['body'] };
}

/** True once the process says it is ready. */
export async function isReady({ url }: { url: string }): Promise<boolean> {
  const response = await fetch(`${url}/v2/health/ready`).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.status === 200;
}
