import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { describeControl } from './describe-control.ts';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly requestBody?: { readonly description: string };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const folder = await mkdtemp(join(tmpdir(), 'dividend-openapi-'));
after(() => rm(folder, { recursive: true, force: true }));
const document = (await describeControl()) as unknown as OpenApi;
const operations = Object.entries(document.paths).flatMap(([path, ofPath]) =>
  Object.entries(ofPath).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

test('GET /api/openapi.json is valid OpenAPI 3.1', async () => {
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const validator = join(import.meta.dirname, '../../../node_modules/.bin/validate-api');
  const { stdout } = await promisify(execFile)(process.execPath, [validator, file]);
  assert.match(stdout, /"valid": ?true/);
});

test('every operation says what it does, what it answers and how it refuses', () => {
  assert.ok(operations.length > 170, `${operations.length} operations`);
  for (const { name, operation } of operations) {
    assert.ok(operation.summary, `${name} has no summary: set schema.summary of its route`);
    const statuses = Object.keys(operation.responses);
    assert.ok(
      statuses.some((status) => status.startsWith('2') || status === '501'),
      `${name} has no answer`,
    );
    assert.ok(statuses.includes('4XX') && statuses.includes('503'), `${name} does not say how it refuses`);
    if (operation.requestBody) assert.match(operation.requestBody.description, /At most \d+ bytes|any size/);
  }
});

test('every operation with a body or answer in JSON has a contract for it', () => {
  for (const { name, operation } of operations) {
    const parts = [operation.requestBody, ...Object.values(operation.responses)] as {
      content?: Record<string, { schema?: object }>;
    }[];
    for (const part of parts) {
      const json = part?.content?.['application/json'];
      if (json && !name.startsWith('post /v1/traces'))
        assert.ok(json.schema, `${name} has JSON without a schema`);
    }
  }
});

test('operation ids and references are sound', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index),
    [],
  );
  for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = reference
      .split('/')
      .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], document);
    assert.ok(target, `${reference} leads nowhere`);
  }
});

test('lists of fixed length are spelled as JSON Schema 2020-12 does', () => {
  const text = JSON.stringify(document);
  assert.ok(text.includes('"prefixItems":['));
  assert.ok(!text.includes('"items":[') && !text.includes('"additionalItems"'));
});
