import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { startTestServer } from '@dividend/testkit/test-server';
import { sql } from 'kysely';
import { createArtifacts } from '../artifacts/index.ts';
import { createLedger } from '../ledger/index.ts';
import { createTracking } from '../tracking/index.ts';
import { createRegistry } from './index.ts';

const platform = await createTestPlatform();
const ledger = createLedger(platform);
const artifacts = createArtifacts(platform);
const tracking = createTracking(platform, { ledger, artifacts });
const specs = { holdCurrent: async () => undefined };
const registry = createRegistry(platform, { ledger, tracking, specs });
const call = createMlflowCaller(await startTestServer(platform, [artifacts, tracking, registry]));

const models = (method: string, verb: string, input: Record<string, unknown> = {}) =>
  call(method, `mlflow/registered-models/${verb}`, input);
const versions = (method: string, verb: string, input: Record<string, unknown> = {}) =>
  call(method, `mlflow/model-versions/${verb}`, input);

const run = await tracking.createRun({ experiment: 'registry', runName: 'trains' });
const { body } = await call('POST', 'mlflow/logged-models', {
  experiment_id: run.experimentId,
  name: 'logged',
  source_run_id: run.runId,
});
const loggedModel = (body.model as { info: { model_id: string; artifact_uri: string } }).info;

async function register(name: string, count = 1, tags: { key: string; value: string }[] = []) {
  const created = await models('POST', 'create', { name });
  assert.equal(created.status, 200, JSON.stringify(created.body));
  for (let index = 0; index < count; index++) {
    const made = await versions('POST', 'create', { name, source: `runs:/${run.runId}/model`, tags });
    assert.equal(made.status, 200, JSON.stringify(made.body));
  }
}
async function entries(type: string, model: string) {
  const { rows } = await sql<{ data: unknown }>`
    SELECT data FROM ledger_entry WHERE type = ${type} AND data ->> 'model' = ${model} ORDER BY position`.execute(
    platform.db,
  );
  return rows.map(({ data }) => data);
}
async function refused(
  answer: Promise<{ status: number; body: Record<string, unknown> }>,
  status: number,
  errorCode: string,
  message = /./,
) {
  const { status: got, body } = await answer;
  assert.deepEqual([got, body.error_code], [status, errorCode], JSON.stringify(body));
  assert.match(String(body.message), message);
}

test('registered-models/create registers once, with the ledger entry', async () => {
  const { body } = await models('POST', 'create', {
    name: 'late',
    description: 'Late?',
    tags: [{ key: 'a', value: 'b' }],
  });
  const { creation_timestamp, last_updated_timestamp, ...rest } = body.registered_model as Record<
    string,
    unknown
  >;
  assert.equal(creation_timestamp, last_updated_timestamp);
  assert.deepEqual(rest, { name: 'late', description: 'Late?', tags: [{ key: 'a', value: 'b' }] });
  await refused(models('POST', 'create', { name: 'late' }), 400, 'RESOURCE_ALREADY_EXISTS', /already exists/);
  assert.equal((await entries('model.registered', 'late')).length, 1);
  for (const name of ['a/b', 'a:b', ' ', '..', '', 'n'.repeat(257), 'a\n', 'a\u2028b']) {
    await refused(models('POST', 'create', { name }), 400, 'INVALID_PARAMETER_VALUE', /name/i);
  }
});

test('model-versions/create counts up and never gives a number again', async () => {
  await register('counted', 2);
  await versions('DELETE', 'delete', { name: 'counted', version: '2' });
  const { body } = await versions('POST', 'create', { name: 'counted', source: `runs:/${run.runId}/model` });
  assert.equal((body.model_version as { version: string }).version, '3');
  const many = await Promise.all(
    Array.from({ length: 10 }, () =>
      versions('POST', 'create', { name: 'counted', source: `runs:/${run.runId}/model` }),
    ),
  );
  const numbers = many.map(({ body }) => Number((body.model_version as { version: string }).version));
  assert.deepEqual(
    numbers.sort((one, other) => one - other),
    [4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  );
  assert.deepEqual(await entries('version.deleted', 'counted'), [{ model: 'counted', version: '2' }]);
  assert.equal((await entries('version.created', 'counted')).length, 13);
});

test('last_updated_timestamp moves with versions, stages, descriptions and names, not with tags and aliases', async () => {
  await register('aged', 2);
  const moved = async (change: () => ReturnType<typeof models>, name = 'aged') => {
    await sql`UPDATE registered_model SET updated_ms = 1 WHERE name = 'aged'`.execute(platform.db);
    await sql`UPDATE model_version SET updated_ms = 1 WHERE name = 'aged'`.execute(platform.db);
    const { status, body } = await change();
    assert.equal(status, 200, JSON.stringify(body));
    const model = (await models('GET', 'get', { name })).body.registered_model;
    const version = (await versions('GET', 'get', { name, version: '1' })).body.model_version;
    return [model, version].map((found) => (found as Record<string, number>).last_updated_timestamp !== 1);
  };
  const key = { name: 'aged', version: '1' };
  assert.deepEqual(await moved(() => models('POST', 'set-tag', { name: 'aged', key: 'a', value: 'b' })), [
    false,
    false,
  ]);
  assert.deepEqual(await moved(() => models('DELETE', 'delete-tag', { name: 'aged', key: 'a' })), [
    false,
    false,
  ]);
  assert.deepEqual(await moved(() => versions('POST', 'set-tag', { ...key, key: 'a', value: 'b' })), [
    false,
    false,
  ]);
  assert.deepEqual(await moved(() => models('POST', 'alias', { ...key, alias: 'best' })), [false, false]);
  assert.deepEqual(await moved(() => versions('PATCH', 'update', { ...key, description: 'd' })), [
    false,
    true,
  ]);
  assert.deepEqual(await moved(() => versions('POST', 'transition-stage', { ...key, stage: 'Staging' })), [
    true,
    true,
  ]);
  assert.deepEqual(await moved(() => models('PATCH', 'update', { name: 'aged', description: 'd' })), [
    true,
    false,
  ]);
  assert.deepEqual(await moved(() => versions('DELETE', 'delete', { name: 'aged', version: '2' })), [
    true,
    false,
  ]);
  await versions('POST', 'create', { name: 'aged', source: `runs:/${run.runId}/model` });
  const archiving = { name: 'aged', version: '3', stage: 'Staging', archive_existing_versions: true };
  assert.deepEqual(await moved(() => versions('POST', 'transition-stage', archiving)), [true, true]);
  const { rows } = await sql`SELECT DISTINCT updated_ms FROM model_version WHERE name = 'aged'`.execute(
    platform.db,
  );
  assert.equal(rows.length, 1, 'a version and the one it archives change at one moment');
  const renamed = () => models('POST', 'rename', { name: 'aged', new_name: 'aged-well' });
  assert.deepEqual(await moved(renamed, 'aged-well'), [true, true]);
});

test('model-versions/create finds the files of every kind of source', async () => {
  await register('sources', 0);
  const create = async (input: Record<string, unknown>) => {
    const { status, body } = await versions('POST', 'create', { name: 'sources', ...input });
    assert.equal(status, 200, JSON.stringify(body));
    const { version, run_id, model_id } = body.model_version as Record<string, string>;
    const uri = await versions('GET', 'get-download-uri', { name: 'sources', version });
    return { version, run_id, model_id, uri: uri.body.artifact_uri };
  };
  const { runId } = run;
  const ofRun = `mlflow-artifacts:/${run.experimentId}/${runId}/artifacts/model`;
  assert.deepEqual(await create({ source: `runs:/${runId}/model` }), {
    version: '1',
    run_id: runId,
    model_id: undefined,
    uri: ofRun,
  });
  assert.deepEqual(await create({ source: `models:/${loggedModel.model_id}` }), {
    version: '2',
    run_id: runId,
    model_id: loggedModel.model_id,
    uri: loggedModel.artifact_uri,
  });
  assert.equal((await create({ source: ofRun, run_id: runId })).uri, ofRun);
  assert.equal(
    (await create({ source: `${loggedModel.artifact_uri}/x`, model_id: loggedModel.model_id })).run_id,
    runId,
  );
  assert.equal((await create({ source: 'models:/sources/2' })).model_id, loggedModel.model_id);
  await models('POST', 'alias', { name: 'sources', alias: 'best', version: '1' });
  assert.equal((await create({ source: 'models:/sources@best' })).uri, ofRun);
  const noted = await call('GET', `mlflow/logged-models/${loggedModel.model_id}`);
  const { tags } = (noted.body.model as { info: { tags: { key: string; value: string }[] } }).info;
  assert.deepEqual(JSON.parse(tags[0]?.value ?? ''), [
    { name: 'sources', version: '2' },
    { name: 'sources', version: '4' },
    { name: 'sources', version: '5' },
  ]);
});

test('model-versions/create refuses sources outside the store, and a holder that does not hold', async () => {
  await register('refusals', 0);
  const inRun = `mlflow-artifacts:/${run.experimentId}/${run.runId}/artifacts`;
  for (const input of [
    { source: 'file:///etc/passwd' },
    { source: '/etc/passwd' },
    { source: 'relative/path' },
    { source: 's3://bucket/model' },
    { source: 'http://host/api/2.0/mlflow-artifacts/artifacts/x' },
    { source: 'dbfs:/x' },
    { source: 'mlflow-artifacts://host/x' },
    { source: 'mlflow-artifacts:/../x' },
    { source: 'mlflow-artifacts:/a/%2e%2e/b' },
    { source: 'mlflow-artifacts:/a%00' },
    { source: `${inRun}/../../x`, run_id: run.runId },
    { source: 'mlflow-artifacts:/elsewhere', run_id: run.runId },
    { source: `${inRun}-other`, run_id: run.runId },
    { source: inRun, model_id: loggedModel.model_id },
    { source: `runs:/${run.runId}/../x` },
    { source: `runs:/${run.runId}/model`, run_id: 'another' },
    { source: 'runs:/nope/model' },
    { source: 'models:/m-00000000000000000000000000000000' },
    { source: `models:/${loggedModel.model_id}`, model_id: 'm-other' },
    { source: 'models:/refusals@none' },
    { source: 'dummy-source' },
  ]) {
    const answer = versions('POST', 'create', { name: 'refusals', ...input });
    await refused(answer, 400, 'INVALID_PARAMETER_VALUE', /Invalid model version source/);
  }
  await refused(
    versions('POST', 'create', { name: 'refusals', source: 'models:/none/1' }),
    404,
    'RESOURCE_DOES_NOT_EXIST',
  );
  await refused(
    versions('POST', 'create', { name: 'nobody', source: inRun, run_id: run.runId }),
    404,
    'RESOURCE_DOES_NOT_EXIST',
  );
  assert.deepEqual(await registry.listVersions('refusals'), []);
});

test('aliases point at one version, are reserved where they mean one already, and leave their trace', async () => {
  await register('aliased', 2);
  const set = (alias: string, version: string) =>
    models('POST', 'alias', { name: 'aliased', alias, version });
  await set('best', '1');
  await set('best', '1');
  await set('best', '2');
  const { body } = await models('GET', 'alias', { name: 'aliased', alias: 'best' });
  assert.deepEqual((body.model_version as { aliases: string[] }).aliases, ['best']);
  const latest = await models('GET', 'alias', { name: 'aliased', alias: 'latest' });
  assert.equal((latest.body.model_version as { version: string }).version, '2');
  await refused(
    models('GET', 'alias', { name: 'aliased', alias: 'none' }),
    400,
    'INVALID_PARAMETER_VALUE',
    /not found/,
  );
  await refused(models('GET', 'alias', { name: 'nobody', alias: 'best' }), 404, 'RESOURCE_DOES_NOT_EXIST');
  for (const alias of ['latest', 'LATEST', 'v1', 'V22', 'a b', 'a'.repeat(256)]) {
    await refused(set(alias, '1'), 400, 'INVALID_PARAMETER_VALUE');
  }
  for (const version of ['99', '0', '99999999999'])
    await refused(set('x', version), 404, 'RESOURCE_DOES_NOT_EXIST');
  await refused(set('x', 'one'), 400, 'INVALID_PARAMETER_VALUE', /must be an integer, got 'one'/);
  for (const _ of [1, 2]) await models('DELETE', 'alias', { name: 'aliased', alias: 'best' });
  assert.deepEqual(await entries('alias.set', 'aliased'), [
    { model: 'aliased', alias: 'best', version: '1', previous: null },
    { model: 'aliased', alias: 'best', version: '2', previous: '1' },
  ]);
  assert.deepEqual(await entries('alias.deleted', 'aliased'), [
    { model: 'aliased', alias: 'best', version: '2' },
  ]);
});

test('Registry.createVersion stands or falls with the transaction of its caller', async () => {
  const version = {
    model: 'by pipeline',
    source: run.artifactRoot,
    runId: run.runId,
    description: 'made here',
    tags: { 'dividend.part.weights': 'sha256:ab', 'dividend.metric.auc': '0.8' },
  };
  const create = (fails: boolean) =>
    platform.db.transaction().execute(async (tx) => {
      const made = await registry.createVersion(tx, version);
      if (fails) throw new Error('later step');
      return made;
    });
  await assert.rejects(create(true), /later step/);
  assert.deepEqual(await entries('model.registered', 'by pipeline'), []);
  assert.deepEqual(await create(false), { version: '1' });
  assert.deepEqual(await create(false), { version: '2' });
  const { createdAt, ...made } = await registry.getVersion('by pipeline', '1');
  assert.match(createdAt, /^\d{4}-.*Z$/);
  assert.deepEqual(made, {
    model: 'by pipeline',
    version: '1',
    runId: run.runId,
    modelId: null,
    source: run.artifactRoot,
    tags: version.tags,
    aliases: [],
  });
  assert.deepEqual(
    (await registry.listVersions('by pipeline')).map(({ version }) => version),
    ['2', '1'],
  );
  const { description, tags, ...created } = (await entries('version.created', 'by pipeline'))[0] as Record<
    string,
    object
  >;
  assert.ok(description);
  assert.deepEqual(Object.keys(tags ?? {}).sort(), Object.keys(version.tags).sort());
  assert.deepEqual(created, {
    model: 'by pipeline',
    version: '1',
    runId: run.runId,
    source: run.artifactRoot,
    digest: 'sha256:ab',
    filesDigest: null,
  });
  await assert.rejects(registry.getVersion('by pipeline', '3'), { code: 'VERSION_NOT_FOUND' });
});

test('searches tell models from prompts, order and page', async () => {
  for (const letter of ['a', 'b', 'c', 'd', 'e']) {
    await register(`find-${letter}`, 2, [{ key: 'letter', value: letter }]);
    await models('POST', 'set-tag', {
      name: `find-${letter}`,
      key: 'vowel',
      value: String('ae'.includes(letter)),
    });
  }
  await models('POST', 'create', {
    name: 'find-prompt',
    tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }],
  });
  await versions('POST', 'create', {
    name: 'find-prompt',
    source: 'dummy-source',
    tags: [
      { key: 'mlflow.prompt.is_prompt', value: 'true' },
      { key: 'mlflow.prompt.text', value: 'p'.repeat(90_000) },
    ],
  });
  const found = async (filter: string, order_by: string[] = [], max_results = 3) => {
    const names: string[] = [];
    let page_token = '';
    do {
      const input = { filter, order_by, max_results, ...(page_token ? { page_token } : {}) };
      const { status, body } = await models('GET', 'search', input);
      assert.equal(status, 200, JSON.stringify(body));
      names.push(...((body.registered_models ?? []) as { name: string }[]).map(({ name }) => name.slice(5)));
      page_token = (body.next_page_token as string | undefined) ?? '';
    } while (page_token !== '');
    return names.join(' ');
  };
  const mine = "name LIKE 'find-%'";
  assert.equal(await found(mine), 'a b c d e');
  assert.equal(await found(mine, ['name DESC'], 2), 'e d c b a');
  assert.equal(await found(mine, ['timestamp DESC'], 1), 'e d c b a');
  assert.equal(await found(`${mine} AND tags.vowel = 'true'`), 'a e');
  assert.equal(await found(`${mine} AND (tags.vowel = 'true' OR name = 'find-c')`), 'a c e');
  assert.equal(await found("tags.`mlflow.prompt.is_prompt` = 'true'"), 'prompt');
  assert.equal(await found(`${mine} AND tags.\`mlflow.prompt.is_prompt\` != 'true'`), 'a b c d e');

  const foundVersions = async (filter: string, order_by: string[] = []) => {
    const { body } = await versions('GET', 'search', { filter, order_by });
    return ((body.model_versions ?? []) as { name: string; version: string }[])
      .map(({ name, version }) => `${name.slice(5)}${version}`)
      .join(' ');
  };
  assert.equal(await foundVersions(`${mine} AND version_number > 1`, ['name']), 'a2 b2 c2 d2 e2');
  assert.equal(await foundVersions("tags.letter = 'b'", ['version_number']), 'b1 b2');
  assert.equal(await foundVersions("name = 'find-c'"), 'c2 c1');
  assert.equal(await foundVersions(`run_id IN ('${run.runId}') AND name = 'find-d'`), 'd2 d1');
  assert.equal(await foundVersions("tags.`mlflow.prompt.is_prompt` = 'true'"), 'prompt1');
  for (const filter of ['metrics.a > 1', "version_number LIKE '1'", "tags.a > 'x'", 'name = 1']) {
    await refused(versions('GET', 'search', { filter }), 400, 'INVALID_PARAMETER_VALUE');
  }
  await refused(models('GET', 'search', { max_results: 1001 }), 400, 'INVALID_PARAMETER_VALUE');
  await refused(models('GET', 'search', { page_token: 'junk' }), 400, 'INVALID_PARAMETER_VALUE');
});

test('searches answer what the routes for one answer', async () => {
  const name = 'whole';
  const odd = `"quoted" \\ back\u2028slash 🛫\t\n</script>`;
  const tags = [
    { key: 'a key', value: odd },
    { key: 'empty', value: '' },
  ];
  await models('POST', 'create', { name, tags, description: odd });
  for (const given of [{ description: odd, run_id: run.runId, run_link: odd, tags }, {}]) {
    const made = await versions('POST', 'create', {
      name,
      source: `models:/${loggedModel.model_id}`,
      ...given,
    });
    assert.equal(made.status, 200, JSON.stringify(made.body));
  }
  await versions('POST', 'transition-stage', { name, version: '2', stage: 'Archived' });
  await call('POST', 'mlflow/registered-models/alias', { name, alias: 'best', version: '1' });
  await models('POST', 'create', { name: 'whole, bare' });

  const found = (await models('GET', 'search', { filter: "name LIKE 'whole%'" })).body.registered_models;
  const one = async (of: string) => (await models('GET', 'get', { name: of })).body.registered_model;
  assert.deepEqual(found, [await one(name), await one('whole, bare')]);
  const versionsFound = await versions('GET', 'search', {
    filter: `name = '${name}'`,
    order_by: ['version_number'],
  });
  const version = async (number: string) => {
    const { body } = await versions('GET', 'get', { name, version: number });
    const { aliases, ...rest } = body.model_version as Record<string, unknown>;
    return rest;
  };
  assert.deepEqual(versionsFound.body.model_versions, [await version('1'), await version('2')]);
});

test('stages move, archive what was there, and are told from names that are none', async () => {
  await register('staged', 3);
  const move = (version: string, stage: string, archive_existing_versions = false) =>
    versions('POST', 'transition-stage', { name: 'staged', version, stage, archive_existing_versions });
  await move('1', 'production');
  await move('2', 'Production', true);
  const { body } = await models('POST', 'get-latest-versions', { name: 'staged' });
  const latest = (body.model_versions as { version: string; current_stage: string }[]).map(
    ({ version, current_stage }) => `${version} ${current_stage}`,
  );
  assert.deepEqual(latest, ['1 Archived', '2 Production', '3 None']);
  await refused(move('1', 'bogus'), 400, 'INVALID_PARAMETER_VALUE', /Invalid Model Version stage: bogus/);
  await refused(move('1', 'None', true), 400, 'INVALID_PARAMETER_VALUE', /not an Active stage/);
  assert.deepEqual(await entries('version.staged', 'staged'), [
    { model: 'staged', version: '1', stage: 'Production', previous: 'None' },
    { model: 'staged', version: '1', stage: 'Archived', previous: 'Production', archivedFor: '2' },
    { model: 'staged', version: '2', stage: 'Production', previous: 'None' },
  ]);
});

test('registered-models/rename takes versions, tags and aliases along; delete takes all of it away', async () => {
  await register('old name', 1, [{ key: 'k', value: 'v' }]);
  await models('POST', 'alias', { name: 'old name', alias: 'best', version: '1' });
  await register('taken', 0);
  await refused(
    models('POST', 'rename', { name: 'old name', new_name: 'taken' }),
    400,
    'RESOURCE_ALREADY_EXISTS',
  );
  assert.equal((await models('POST', 'rename', { name: 'old name', new_name: 'new name' })).status, 200);
  const moved = await registry.getVersion('new name', '1');
  assert.deepEqual([moved.tags, moved.aliases], [{ k: 'v' }, ['best']]);
  await refused(models('GET', 'get', { name: 'old name' }), 404, 'RESOURCE_DOES_NOT_EXIST');
  assert.equal((await models('DELETE', 'delete', { name: 'new name' })).status, 200);
  await refused(models('DELETE', 'delete', { name: 'new name' }), 404, 'RESOURCE_DOES_NOT_EXIST');
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM model_version_tag WHERE name = 'new name'`.execute(platform.db);
  assert.deepEqual(rows, [{ n: 0 }]);
  assert.deepEqual(await entries('model.renamed', 'new name'), [{ model: 'new name', previous: 'old name' }]);
});

test('the route table names each method and path once', () => {
  const rows = [...tracking.mlflowRoutes, ...registry.mlflowRoutes].map(
    ({ method, path }) => `${method} ${path}`,
  );
  assert.equal(new Set(rows).size, rows.length);
  assert.ok(
    rows.includes('POST /2.0/mlflow/runs/log-batch') &&
      rows.includes('GET /2.0/mlflow/registered-models/alias'),
  );
});
