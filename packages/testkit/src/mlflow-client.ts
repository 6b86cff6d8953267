import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every call to a loopback server ends long before; a script that hangs must not hang the tests. */
const scriptLimitMs = 120_000;

/** Python with MLflow's client: the one of DIVIDEND_TEST_PYTHON, else the one that set-up makes. */
export function findTestPython(): string {
  const python = process.env.DIVIDEND_TEST_PYTHON ?? join(import.meta.dirname, '../../../.venv/bin/python');
  if (existsSync(python)) return python;
  throw new Error(
    `There is no Python at '${python}'; run npm test, which makes it, or set DIVIDEND_TEST_PYTHON`,
  );
}

/** The newest client, and the one of a year ago: both are in use. */
export const mlflowClients = ['newest', 'previous'] as const;
export type MlflowClientVersion = (typeof mlflowClients)[number];

/** Beside the newest, in the environment of `findTestPython`. */
function findPreviousClient(): string {
  const folder = join(dirname(findTestPython()), '../mlflow-previous');
  if (existsSync(folder)) return folder;
  throw new Error(`There is no MLflow client of a year ago at '${folder}'; run npm test, which installs it`);
}

/**
 * Runs a Python script with the real MLflow client against a tracking server; what it prints as its last line, as JSON.
 * The client is set up as a user's, but gives up at the first failure instead of repeating for minutes.
 */
export async function runMlflowScript<Result>(
  script: string,
  trackingUrl: string,
  { args = [], client = 'newest' }: { args?: readonly string[]; client?: MlflowClientVersion } = {},
): Promise<Result> {
  const output = await runPython([script, ...args], {
    ...(client === 'previous' ? { PYTHONPATH: findPreviousClient() } : {}),
    MLFLOW_TRACKING_URI: trackingUrl,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0',
    MLFLOW_HTTP_REQUEST_TIMEOUT: '20',
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: 'false',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    // Building the environment of a model asks the package index; no test should.
    MLFLOW_REQUIREMENTS_INFERENCE_RAISE_ERRORS: 'false',
    GIT_PYTHON_REFRESH: 'quiet',
    PYTHONWARNINGS: 'ignore',
  });
  const lines = output.trimEnd().split('\n');
  return JSON.parse(lines.at(-1) ?? '') as Result;
}

function runPython(args: readonly string[], environment: Record<string, string>): Promise<string> {
  const child = spawn(findTestPython(), args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: scriptLimitMs,
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.err += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (process.env.DIVIDEND_TEST_LOG) process.stderr.write(text.err);
      if (code === 0) resolve(text.out);
      else reject(new Error(`Python ended with ${code ?? signal}:\n${text.err.slice(-8000)}`));
    });
  });
}

/** Calls the REST API as the client does, below `/api`; status and answer, whatever they are. */
export function createMlflowCaller(url: string) {
  return async (
    method: string,
    path: string,
    input: Record<string, unknown> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const query = method === 'GET' ? `?${toQuery(input)}` : '';
    const response = await fetch(`${url}/api/2.0/${path}${query}`, {
      method,
      ...(method === 'GET'
        ? {}
        : { body: JSON.stringify(input), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}

function toQuery(input: Record<string, unknown>): URLSearchParams {
  const pairs = Object.entries(input).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item): [string, string] => [name, String(item)]),
  );
  return new URLSearchParams(pairs);
}
