import { spawn } from 'node:child_process';
import type { Signature } from '@dividend/contracts/serving';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What the trial program is given on standard input. */
export interface TrialRequest {
  readonly weightsPath: string;
  readonly signature: Signature;
  readonly golden: unknown;
  readonly threads: 1;
}

const TrialAnswer = Type.Object({
  ok: Type.Boolean(),
  reason: Type.Optional(Type.String()),
  maxDifference: Type.Optional(Type.Number()),
  loadMs: Type.Number(),
  rowsPerSecond: Type.Number(),
  residentBytes: Type.Number(),
});
const answerCheck = Compile(TrialAnswer);

export interface TrialResult {
  readonly passed: boolean;
  readonly detail: string;
  /** What was measured; empty where the program gave no answer. */
  readonly measured: Readonly<Record<string, number>>;
}

/** A model that is not loaded in a minute would hold up every start of a serving process. */
export const trialTimeoutMs = 60_000;
/** More than any error message; a model cannot make control keep its output. */
const maxOutputBytes = 64_000;

/**
 * Loads a model in a child process and runs its golden rows: whatever the file does to that process, this one lives on. The
 * child gets no setting of this process, least of all its secrets.
 */
export function tryLoad(
  program: string,
  request: TrialRequest,
  timeoutMs = trialTimeoutMs,
): Promise<TrialResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let isTimeOver = false;
    const timer = setTimeout(() => {
      isTimeOver = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const output = collect(child.stdout);
    const errors = collect(child.stderr);
    child.stdin.on('error', () => {}); // It may die before it has read all; its end says why.
    child.stdin.end(JSON.stringify(request));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(failed(`The trial program could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (isTimeOver) return resolve(failed(`The model was not loaded and run within ${timeoutMs / 1000} s`));
      if (signal) return resolve(failed(`The model crashed its process (${signal})`));
      resolve(readAnswer(output(), code, errors()));
    });
  });
}

function readAnswer(output: string, code: number | null, errors: string): TrialResult {
  const answer = parse(output.trim().split('\n').at(-1) ?? '');
  if (!answerCheck.Check(answer)) {
    const [last] = errors.trim().split('\n').slice(-1);
    return failed(`The trial program ended with code ${code} and no answer${last ? `: ${last}` : ''}`);
  }
  const { ok, reason, ...measured } = answer;
  const detail = ok
    ? `Loaded in ${Math.round(measured.loadMs)} ms; golden rows reproduced`
    : (reason ?? 'The golden rows were not reproduced');
  return { passed: ok, detail, measured };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxOutputBytes) chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function failed(detail: string): TrialResult {
  return { passed: false, detail, measured: {} };
}
