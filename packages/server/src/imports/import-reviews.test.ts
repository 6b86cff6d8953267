import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelSchemaRecord, ReviewQueueRecord } from '@dividend/contracts/imports';
import { sql } from 'kysely';
import { startImportDoor } from './fixtures/import-door.ts';
import { digestRecord } from './take-records.ts';

const { platform, open, send, verification, url } = await startImportDoor();

const experiment = {
  kind: 'experiment',
  id: '7',
  name: 'asked',
  lifecycle: 'active',
  createdMs: 1000,
  updatedMs: 2000,
  tags: {},
} as const;
const schema: LabelSchemaRecord = {
  kind: 'labelSchema',
  id: `ls-${'a'.repeat(32)}`,
  experimentId: '7',
  name: 'Is it right?',
  type: 'FEEDBACK',
  instruction: '',
  enableComment: true,
  input: { pass_fail: { positive_label: 'Right', negative_label: 'Wrong' } },
  isDefault: false,
  createdMs: 3000,
  updatedMs: 3001,
};
const asked: LabelSchemaRecord = {
  ...schema,
  id: `ls-${'f'.repeat(32)}`,
  name: 'Feedback',
  input: { text: {} },
  isDefault: true,
};
const traceId = `tr-${'1'.repeat(32)}`;
const trace = {
  kind: 'trace',
  id: traceId,
  experimentId: '7',
  state: 'OK',
  startedMs: 5000,
  durationMs: 7,
  clientRequestId: null,
  requestPreview: null,
  responsePreview: null,
  tags: {},
  metadata: {},
  assessments: [],
  runs: [],
  prompts: [],
} as const;
const item = {
  traceId,
  status: 'COMPLETE',
  completedBy: 'ann',
  completedMs: 6001,
  createdMs: 6000,
  updatedMs: 6001,
} as const;
const queue: ReviewQueueRecord = {
  kind: 'reviewQueue',
  id: `rq-${'b'.repeat(32)}`,
  experimentId: '7',
  name: 'Night Shift',
  type: 'CUSTOM',
  createdBy: 'Cy',
  users: ['ann', 'bob'],
  // The question that is here already, one that came over, and one that was deleted there.
  schemaIds: [asked.id, schema.id, `ls-${'9'.repeat(32)}`].sort(),
  createdMs: 4000,
  updatedMs: 4001,
  items: [item],
};

const statesOf = async (importId: string, ...records: readonly unknown[]) =>
  (await send(importId, records)).map(({ state, reason }) =>
    reason === undefined ? state : `${state}: ${reason}`,
  );

test('imports: label schemas and review queues read back equal, and the question of every experiment stays one', async () => {
  const importId = await open('http://reviewed');
  await send(importId, [experiment, trace]);
  const listed = `${url}/api/3.0/mlflow/label-schemas/list?experiment_id=7`;
  const { label_schemas: before } = (await (await fetch(listed)).json()) as {
    label_schemas: { schema_id: string }[];
  };

  assert.deepEqual(await statesOf(importId, schema, asked, queue), ['created', 'unchanged', 'created']);
  assert.deepEqual(await statesOf(importId, schema, asked, queue), ['unchanged', 'unchanged', 'unchanged']);
  const found = new Map(
    (await verification(importId)).map(({ kind, id, digest }) => [`${kind} ${id}`, digest]),
  );
  for (const record of [schema, queue])
    assert.equal(found.get(`${record.kind} ${record.id}`), digestRecord(record));
  const { rows } = await sql<{ schema_ids: string[] }>`SELECT schema_ids FROM review_queue`.execute(
    platform.db,
  );
  assert.ok(rows[0]?.schema_ids.includes(before[0]?.schema_id ?? ''));
});

test('imports: a queue follows its source, and stays as it is once somebody reviews here', async () => {
  const importId = await open('http://reviewed');
  const later = { ...queue, name: 'Early shift', items: [] };
  assert.deepEqual(await statesOf(importId, later), ['updated']);
  assert.deepEqual(await statesOf(importId, queue), ['updated']);
  await sql`UPDATE review_queue_item SET status = 'DECLINED'`.execute(platform.db);
  assert.match((await statesOf(importId, queue)).join(), /^kept/);
  assert.match((await statesOf(importId, later)).join(), /^conflict.*'name', 'items'/);
});

test('imports: what other things here have the names of is told, and nothing is overwritten', async () => {
  const importId = await open('http://reviewed');
  const other = { ...schema, id: `ls-${'c'.repeat(32)}`, name: 'Other' };
  const mine = {
    ...queue,
    id: `rq-${'c'.repeat(32)}`,
    name: 'ann',
    type: 'USER',
    users: ['ann'],
    schemaIds: [],
  };
  assert.deepEqual(await statesOf(importId, other, mine), ['created', 'created']);
  assert.deepEqual(await statesOf(importId, { ...other, name: schema.name }), [
    "refused: another label schema here has its name 'Is it right?'",
  ]);
  const renamed = { ...mine, type: 'CUSTOM', name: 'NIGHT shift' };
  assert.deepEqual(await statesOf(importId, renamed), [
    "refused: another review queue here has its name 'NIGHT shift'",
  ]);
  const again = { ...queue, id: `rq-${'d'.repeat(32)}`, name: 'night SHIFT' };
  assert.match((await statesOf(importId, again)).join(), /^conflict/);

  const another = { ...experiment, id: '8', name: 'another' };
  await send(importId, [another]);
  assert.deepEqual(await statesOf(importId, { ...another, name: 'asked' }), [
    "refused: another experiment here has its name 'asked'",
  ]);
});

test('imports: label schemas and queues that no server would keep are refused by name', async () => {
  const importId = await open('http://reviewed');
  const id = `rq-${'e'.repeat(32)}`;
  const strange = { ...queue, id, name: 'strange' };
  const refused = await statesOf(
    importId,
    { ...schema, id: `ls-${'e'.repeat(32)}`, input: { text: {}, numeric: {} } },
    { ...schema, id: `ls-${'e'.repeat(32)}`, input: { categorical: { options: [], multi_select: false } } },
    { ...schema, id: '../x' },
    { ...schema, id: `ls-${'e'.repeat(32)}`, experimentId: '9' },
    { ...strange, users: ['Ann'] },
    { ...strange, type: 'USER' },
    { ...strange, items: [{ ...item, completedBy: null }] },
    { ...strange, items: [{ ...item, traceId: `tr-${'2'.repeat(32)}` }] },
  );
  const reasons = [
    /exactly one of/,
    /must be a non-empty list/,
    /'\/id'/,
    /its experiment '9' did not come over/,
    /'users' are not written/,
    /exactly one assigned user/,
    /'items' say who ended/,
    /its trace 'tr-2+' is not here/,
  ];
  assert.equal(refused.length, reasons.length);
  for (const [index, reason] of reasons.entries()) assert.match(refused[index] ?? '', reason);
});
