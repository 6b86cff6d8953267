import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { fitWidth, openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const base = await createTestPlatform();
/** More than a page of the list. */
const plainModels = 55;
const square =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="60" height="40"/></svg>';
const files = {
  MLmodel: 'flavors:\n  sklearn:\n    code: null\nmodel_uuid: m-1\n',
  'seen/roc+step+1+timestamp+1+ab.svg': square,
  'seen/roc+step+2+timestamp+2+cd.svg': square,
};

describe('logged models in the console', { skip }, async () => {
  const { url, page, complaints, searchIs } = await openConsole(() => serveConsole(base));
  let experimentId = '';
  let runId = '';
  let modelId = '';

  async function call<Answer>(path: string, input: Record<string, unknown>, method = 'POST') {
    const { status, body } = await createMlflowCaller(url)(method, `mlflow/${path}`, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Answer;
  }

  async function logModel(input: Record<string, unknown>): Promise<string> {
    const answer = await call<{ model: { info: { model_id: string } } }>('logged-models', {
      experiment_id: experimentId,
      ...input,
    });
    return answer.model.info.model_id;
  }

  before(async () => {
    ({ experiment_id: experimentId } = await call<{ experiment_id: string }>('experiments/create', {
      name: 'late',
    }));
    const { run } = await call<{ run: { info: { run_id: string } } }>('runs/create', {
      experiment_id: experimentId,
      run_name: 'seen-run',
    });
    runId = run.info.run_id;
    for (let at = 0; at < plainModels; at++) await logModel({ name: `plain-${at}` });
    modelId = await logModel({
      name: 'forest',
      model_type: 'sklearn',
      source_run_id: runId,
      params: [{ key: 'depth', value: '6' }],
      tags: [{ key: 'team', value: 'ranking' }],
    });
    await call(`logged-models/${modelId}`, { status: 'LOGGED_MODEL_READY' }, 'PATCH');
    const measured = { timestamp: 1, step: 0, model_id: modelId };
    await call('runs/log-batch', {
      run_id: runId,
      metrics: [
        { ...measured, key: 'auc', value: 0.5, dataset_name: 'flights-2001', dataset_digest: 'ab12' },
        {
          ...measured,
          key: 'auc',
          value: 0.75,
          timestamp: 2,
          dataset_name: 'flights-2002',
          dataset_digest: 'cd',
        },
        { ...measured, key: 'odd', value: 'NaN' },
      ],
    });
    for (const [name, content] of Object.entries(files)) {
      const path = `${experimentId}/models/${modelId}/artifacts/${name}`;
      const put = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${path}`, {
        method: 'PUT',
        body: content,
      });
      assert.equal(put.status, 200);
    }
    await call('registered-models/create', { name: 'late flights' });
    await call('model-versions/create', {
      name: 'late flights',
      source: `models:/${modelId}`,
      run_id: runId,
      model_id: modelId,
    });
  });
  async function assertFits(width: number): Promise<void> {
    await fitWidth(page, width);
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  test('an experiment lists them newest first, by the page, and as a filter finds them', async () => {
    await page.goto(`${url}/experiments/${experimentId}`);
    await page.getByRole('navigation', { name: 'Of this experiment' }).getByText('Models').click();
    const table = page.getByRole('table', { name: 'Logged models' });
    const rows = table.locator('tbody tr');
    await rows.first().waitFor();
    const [first = '', second = ''] = await rows.allInnerTexts();
    for (const text of ['forest', 'ready', 'sklearn', 'late flights version 1', 'auc', '0.75', 'NaN'])
      assert.ok(first.includes(text), `${text} is not in ${first}`);
    assert.match(second, new RegExp(`^plain-${plainModels - 1}\\s`));
    assert.equal(await rows.count(), 50, 'a page of them');
    await page.getByRole('button', { name: 'Show older' }).click();
    await eventually('all are read', async () => (await rows.count()) === plainModels + 1);
    await assertFits(420);
    const box = page.getByRole('combobox', { name: 'Filter logged models' });
    await box.fill("metrics.auc > 0.7 AND params.depth = '6'");
    await box.press('Enter');
    await eventually('one is found', async () => (await rows.count()) === 1);
    await box.fill('plain-7');
    await box.press('Enter');
    await table.getByRole('link', { name: 'plain-7' }).waitFor();
    assert.deepEqual(complaints, []);
    await box.fill("nothing.x = '1'");
    await box.press('Enter');
    await page.getByRole('alert').getByText('Invalid entity type').waitFor();
    complaints.length = 0;
  });

  test('they are sorted by a metric, which stands in the address', async () => {
    await page.goto(`${url}/experiments/${experimentId}/models`);
    const rows = page.getByRole('table', { name: 'Logged models' }).locator('tbody tr');
    await rows.first().waitFor();
    await page.getByRole('combobox', { name: 'Order' }).selectOption('creation_timestamp ASC');
    await eventually('the oldest is first', async () =>
      ((await rows.first().textContent()) ?? '').startsWith('plain-0'),
    );
    await page.getByRole('combobox', { name: 'Order' }).selectOption('');
    await eventually('the newest is first', async () =>
      ((await rows.first().textContent()) ?? '').startsWith('forest'),
    );
    await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'auc, lowest first' });
    await searchIs('order', 'metrics.auc ASC');
    await eventually('who has the metric is first', async () =>
      ((await rows.first().textContent()) ?? '').startsWith('forest'),
    );
    assert.deepEqual(complaints, []);
  });

  test('an experiment without any says how one is made', async () => {
    await page.goto(`${url}/experiments/0/models`);
    await page.getByText('mlflow.sklearn.log_model(model, name="model")').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('the link that the client prints opens the page of one, with all that is known and its files', async () => {
    await page.goto(`${url}/#/experiments/${experimentId}/models/${modelId}`);
    await page.getByRole('heading', { name: 'forest' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/experiments/${experimentId}/models/${modelId}`);
    const metrics = page.getByRole('table', { name: 'Metrics' });
    for (const text of ['flights-2001', 'flights-2002', '0.5', '0.75', 'NaN'])
      await metrics.getByText(text, { exact: true }).waitFor();
    await page.getByRole('table', { name: 'Params' }).getByText('depth').waitFor();
    await page.getByRole('table', { name: 'Tags' }).getByText('ranking').waitFor();
    await page.getByRole('button', { name: 'MLmodel' }).click();
    await page.getByText('Flavors: sklearn').waitFor();
    await assertFits(420);
    await page.getByRole('button', { name: 'seen' }).click();
    await page.getByRole('img', { name: 'roc at step 2' }).waitFor();
    await page.getByRole('slider').press('ArrowLeft');
    await page.getByRole('img', { name: 'roc at step 1' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('step'), '1');
    await page.getByRole('link', { name: 'late flights version 1' }).click();
    await page.getByRole('heading', { name: 'Version 1' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a run leads to the models that it made', async () => {
    await call('runs/outputs', { run_id: runId, models: [{ model_id: modelId, step: 0 }] });
    await page.goto(`${url}/experiments/${experimentId}/runs/${runId}`);
    await page.getByRole('link', { name: 'forest' }).first().click();
    await page.getByRole('heading', { name: 'forest' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('its traces are on its page and on that of its version', async () => {
    const traceId = `tr-${'1'.repeat(32)}`;
    const answer = await fetch(`${url}/api/3.0/mlflow/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        trace: {
          trace_info: {
            trace_id: traceId,
            trace_location: { mlflow_experiment: { experiment_id: experimentId } },
            request_time: '2026-01-01T00:00:00Z',
            state: 'OK',
            request_preview: 'Is it late?',
            tags: { 'mlflow.traceName': 'predicts' },
            trace_metadata: { 'mlflow.modelId': modelId },
          },
        },
      }),
    });
    assert.equal(answer.status, 200, await answer.text());
    for (const path of [
      `/experiments/${experimentId}/models/${modelId}`,
      '/models/late%20flights/versions/1',
    ]) {
      await page.goto(url + path);
      const traces = page.getByRole('table', { name: 'Newest traces' });
      await traces.getByText('Is it late?').waitFor();
      assert.equal(
        await traces.getByRole('link', { name: 'predicts' }).getAttribute('href'),
        `/traces/${traceId}`,
      );
      await assertFits(420);
    }
    await page.getByRole('link', { name: 'forest' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('its tags are set and removed, and it is deleted', async () => {
    const lone = await logModel({ name: 'lone' });
    await page.goto(`${url}/experiments/${experimentId}/models/${lone}`);
    await page.getByRole('button', { name: 'Add a tag' }).click();
    await page.getByRole('dialog').getByLabel('Key').fill('a/b team');
    await page.getByRole('dialog').getByLabel('Value').fill('search');
    await page.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByRole('table', { name: 'Tags' }).getByText('search').waitFor();
    await page.getByRole('button', { name: 'Remove a/b team' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No tag is set by a person').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(`${url}/experiments/${experimentId}/models`);
    await page.getByRole('link', { name: 'forest' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'lone', exact: true }).count(), 0);
    assert.deepEqual(complaints, []);
  });
});
