import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { startControlServer } from './fixtures/control-server.ts';
import { type FuzzRequest, makeRequests } from './fixtures/fuzz/make-requests.ts';
import { type Operation, readOpenApi } from './fixtures/fuzz/open-api-document.ts';
import { populate } from './fixtures/fuzz/populate.ts';
import { createRandom } from './fixtures/fuzz/random.ts';
import { type Answer, createSender } from './fixtures/fuzz/send-request.ts';

/** The same requests every time; another seed and more of them by the environment, for long runs by hand. */
const seed = Number(process.env.DIVIDEND_TEST_FUZZ_SEED ?? 20_261_121);
const requestsPerOperation = Number(process.env.DIVIDEND_TEST_FUZZ_REQUESTS ?? 12);
const atOnce = 8;

const logged: string[] = [];
const note = (message: string, fields: Record<string, unknown> = {}) =>
  void logged.push(
    `${message} ${fields.method ?? ''} ${fields.url ?? ''} ${fields.error ?? ''}`.slice(0, 2000),
  );
const base = await createTestPlatform({ log: { info: () => {}, warn: () => {}, error: note } });
const platform = { ...base, config: { ...base.config, webhooksPrivate: true } };
const control = await startControlServer(platform);
after(() => control.stop());
const known = await populate(control.url, platform.config.home);
const document = readOpenApi(await (await fetch(`${control.url}/api/openapi.json`)).json());
const sender = createSender(control.url, { authorization: `Bearer ${platform.config.servingToken}` });
after(() => sender.close());

/** What takes things away comes last, for the others to have them. */
const operations = [...document.operations].sort((a, b) => Number(takesAway(a)) - Number(takesAway(b)));

test('no request that the description allows, or nearly allows, answers 5xx or in another shape', async () => {
  const random = createRandom(seed);
  const failures: string[] = [];
  let sent = 0;
  for (const operation of operations) {
    const check = operation.answerSchema && Compile(document.expand(operation.answerSchema) as TSchema);
    const requests = makeRequests({ random, document, known }, operation, requestsPerOperation);
    const queue = requests.entries();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const [, request] of queue) {
          sent++;
          const answer = await sender
            .send(request)
            .catch((error: Error) => ({ status: -1, contentType: '', body: String(error) }));
          const fault = findFault(operation, answer, check);
          if (fault)
            failures.push(`${fault}: ${describe(request)} → ${answer.status} ${answer.body.slice(0, 300)}`);
        }
      }),
    );
  }
  assert.deepEqual(
    [...new Set(failures)].slice(0, 40),
    [],
    `${failures.length} of ${sent} requests; log: ${logged.slice(0, 5).join('\n')}`,
  );
  assert.equal(sent, operations.length * requestsPerOperation);
});

test('after it control is healthy, and its ledger verifies', async () => {
  assert.equal(await (await fetch(`${control.url}/health`)).text(), 'OK');
  const verification = (await (
    await fetch(`${control.url}/api/v1/ledger/verify`, { method: 'POST' })
  ).json()) as {
    verified: boolean;
    problems: unknown[];
  };
  assert.deepEqual([verification.verified, verification.problems], [true, []]);
  assert.deepEqual(logged, []);
});

function findFault(
  operation: Operation,
  { status, contentType, body }: Answer,
  check: ReturnType<typeof Compile> | undefined,
): string | undefined {
  if (status === 0) return undefined;
  if (status < 0) return 'No answer';
  // Clients take it as leave to do it in another way: the one 5xx that is meant.
  if (status === 501 && body.includes('"NOT_IMPLEMENTED"')) return undefined;
  if (status >= 500) return 'Server error';
  if (status >= 400)
    return hasErrorShape(operation, contentType, body) ? undefined : 'Error in another shape';
  if (status >= 300 || check === undefined || !contentType.startsWith('application/json')) return undefined;
  if (operation.answerSchema === undefined) return undefined;
  const answer: unknown = JSON.parse(body);
  if (check.Check(answer)) return undefined;
  const [error] = check.Errors(answer);
  return `Answer is not as described (${error?.instancePath} ${error?.message})`;
}

function hasErrorShape({ errorShape }: Operation, contentType: string, body: string): boolean {
  if (errorShape === 'text') return contentType.startsWith('text/plain');
  if (!contentType.startsWith('application/json')) return false;
  const { error, error_code, message } = JSON.parse(body) as {
    error?: Record<string, unknown>;
    error_code?: unknown;
    message?: unknown;
  };
  const isOwn =
    typeof error?.code === 'string' && typeof error.kind === 'string' && typeof error.message === 'string';
  const isMlflow = typeof error_code === 'string' && typeof message === 'string';
  return errorShape === 'mlflow' ? isMlflow : isOwn;
}

function describe({ method, target, headers, body }: FuzzRequest): string {
  return `${method} ${target.slice(0, 300)} ${headers['content-type'] ?? ''} ${JSON.stringify(body?.toString('utf8').slice(0, 500) ?? '')}`;
}

function takesAway({ method, path }: Operation): boolean {
  return method === 'DELETE' || /delete|abort|cancel/.test(path);
}
