import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const spec = `
apiVersion: dividend/v1
kind: Model
name: governed
owner: tests
riskClass: minimal
protectedAliases: [live]
pipeline: { steps: [{ name: ingest, uses: ingest, source: rows.csv }] }
gates: [{ name: ranks, expr: candidate.auc > 0.7 }]
rollout: { steps: [{ weight: 10 }], metrics: [{ name: errors, source: requests, measure: errorRatio, margin: 0.01 }] }
`;
const hostile = '<img src=x onerror=alert(1)>';

const base = await createTestPlatform();

describe('the registry in a browser', { skip }, async () => {
  const { url, page, complaints, open, searchIs } = await openConsole(() => serveConsole(base));

  const mlflow = async (method: string, path: string, input: Record<string, unknown>) => {
    const { status, body } = await createMlflowCaller(url)(method, `mlflow/${path}`, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Record<string, never>;
  };
  const setAlias = (name: string, alias: string, version: string) =>
    mlflow('POST', 'registered-models/alias', { name, alias, version });

  /** A run with a metric and a param, and a version made from it. */
  async function addVersion(name: string, auc: number, depth: string): Promise<void> {
    const made = await mlflow('POST', 'runs/create', { experiment_id: '0', start_time: Date.now() });
    const { run_id } = (made as { run: { info: { run_id: string } } }).run.info;
    await mlflow('POST', 'runs/log-batch', {
      run_id,
      metrics: [{ key: 'auc', value: auc, timestamp: Date.now(), step: 0 }],
      params: [
        { key: 'depth', value: depth },
        { key: 'loss', value: 'logistic' },
      ],
    });
    const dataset = { name: `rows of ${depth}`, digest: 'd1', source_type: 'local', source: '{}' };
    await mlflow('POST', 'runs/log-inputs', { run_id, datasets: [{ dataset }] });
    await mlflow('POST', 'model-versions/create', { name, source: `runs:/${run_id}/model`, run_id });
  }

  before(async () => {
    const tags = [{ key: 'team', value: 'growth' }];
    await mlflow('POST', 'registered-models/create', { name: 'churn', tags, description: hostile });
    await mlflow('POST', 'registered-models/create', { name: 'other' });
    await addVersion('churn', 0.71, '4');
    await addVersion('churn', 0.75, '6');
    await setAlias('churn', 'champion', '1');
    await setAlias('churn', 'champion', '2');
  });

  test('models are found by a part of the name or a filter, which stay in the address', async () => {
    await open('/models');
    await page.getByRole('link', { name: 'other' }).waitFor();
    await page.getByText(hostile).waitFor();
    const field = page.getByRole('searchbox', { name: /^Name/ });
    await field.fill('chu');
    await page.getByRole('link', { name: 'other' }).waitFor({ state: 'detached' });
    await searchIs('q', 'chu');
    await page.getByRole('button', { name: 'team: growth' }).click();
    await searchIs('q', "tags.team = 'growth'");
    await page.getByRole('link', { name: 'churn', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('oth');
    await page.getByRole('option', { name: 'other' }).waitFor();
    await page.keyboard.press('Escape');
    await field.fill('no such model');
    await page.getByText('No model fits').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('what is written about a model and a version is Markdown', async () => {
    const description = 'It is **better** now.';
    const version = { name: 'churn', version: '1', description };
    await mlflow('PATCH', 'registered-models/update', { name: 'churn', description });
    await mlflow('PATCH', 'model-versions/update', version);
    for (const path of ['/models/churn', '/models/churn/versions/1']) {
      await open(path);
      await page.getByRole('region', { name: 'About' }).locator('strong', { hasText: 'better' }).waitFor();
    }
    await mlflow('PATCH', 'registered-models/update', { name: 'churn', description: hostile });
    await open('/models/churn');
    await page.getByRole('region', { name: 'About' }).getByText(hostile).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a version shows what its run measured, and two versions what differs', async () => {
    await open('/models/churn');
    await page.getByRole('link', { name: 'version 2' }).click();
    await page.getByRole('table', { name: 'Metrics' }).getByText('0.75').waitFor();
    await page.getByRole('button', { name: 'version.created' }).waitFor();
    await page.getByText('rows of 6').waitFor();
    await page
      .getByRole('link', { name: /^[0-9a-f]{12}…$/ })
      .first()
      .click();
    await page.waitForURL(/\/experiments\/0\/runs\/[0-9a-f]{32}/);
    await page.getByRole('link', { name: 'churn version 2' }).first().waitFor();
    await open('/models/churn');
    await page.getByRole('checkbox', { name: 'Compare version 1' }).check();
    await page.getByRole('checkbox', { name: 'Compare version 2' }).check();
    await page.getByRole('link', { name: 'Compare 1 and 2' }).click();
    await page.getByRole('table', { name: 'Metrics' }).getByText('+0.04').waitFor();
    const params = page.getByRole('table', { name: 'Params' });
    await params.getByText('depth').waitFor();
    assert.equal(await params.getByText('loss').count(), 0, 'what is the same is not shown');
    await page.getByRole('button', { name: 'all', exact: true }).click();
    await params.getByText('loss').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('an alias is set from the page, and what stood behind one at a time is answered', async () => {
    await open('/models/churn');
    await page.getByRole('button', { name: 'Set an alias to version 1' }).click();
    await page.getByRole('dialog').getByLabel('Alias').fill('fallback');
    await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
    await page.getByRole('link', { name: 'fallback' }).waitFor();
    const history = (await (await fetch(`${url}/api/v1/models/churn/aliases/champion/history`)).json()) as {
      items: { version: string; from: string }[];
    };
    const first = history.items.find(({ version }) => version === '1');
    await open(`/models/churn?tab=aliases&alias=champion&at=${encodeURIComponent(first?.from ?? '')}`);
    const then = page.getByRole('status').filter({ hasText: /^At / });
    await then.getByRole('listitem').filter({ hasText: 'champion: version 1' }).waitFor();
    await then.getByRole('listitem').filter({ hasText: 'fallback: nothing' }).waitFor();
    await page.getByLabel('Which version at (UTC)').fill('2001-01-01T00:00:00');
    await searchIs('at', '2001-01-01T00:00:00Z');
    await then.getByRole('listitem').filter({ hasText: 'champion: nothing' }).waitFor();
    const table = page.getByRole('table', { name: 'Versions behind champion, newest first' });
    assert.equal(await table.getByRole('row').count(), 3);
    assert.deepEqual(complaints, []);
  });

  test('an alias that the spec protects says that releases move it, and is not taken away by hand', async () => {
    const response = await fetch(`${url}/api/v1/specs/apply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ spec, baseDir: '/tmp', files: [] }),
    });
    assert.equal(response.status, 200, await response.text());
    await mlflow('POST', 'registered-models/create', { name: 'governed' });
    await addVersion('governed', 0.8, '3');
    await open('/models/governed');
    await page.getByRole('button', { name: 'Set an alias to version 1' }).click();
    const dialog = page.getByRole('dialog');
    for (const alias of ['champion', 'live']) {
      await dialog.getByLabel('Alias').fill(alias);
      await dialog.getByText('dividend release governed --version 1').waitFor();
      assert.equal(await dialog.getByRole('button', { name: 'Set' }).isDisabled(), true, alias);
    }
    await dialog.getByLabel('Alias').fill('mine');
    await dialog.getByRole('button', { name: 'Set' }).click();
    await page.getByRole('button', { name: 'Take alias mine from version 1' }).click();
    await dialog.getByRole('button', { name: 'Take away' }).click();
    await page.getByRole('link', { name: 'mine' }).waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });

  test('a prompt is made, edited into a new version, and its versions are compared word by word', async () => {
    await open('/prompts');
    await page.getByText('No prompt yet').waitFor();
    await page.getByRole('button', { name: 'New prompt' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('greet');
    await dialog.getByLabel('Text').fill(`Hello {{name}}!\n${hostile}`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('to fill in: name').waitFor();
    await page.getByText(hostile).first().waitFor();
    await page.getByRole('button', { name: 'Edit as a new version' }).click();
    await dialog.getByLabel('Text').fill(`Good day {{name}}!\n${hostile}`);
    await dialog.getByLabel('What changed').fill('more polite');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'From version 1 to version 2' }).waitFor();
    await searchIs('base', '1');
    assert.deepEqual(await page.locator('del').allTextContents(), ['Hello']);
    assert.deepEqual(await page.locator('ins').allTextContents(), ['Good', 'day ']);
    await page.getByText('1 line differs').waitFor();
    await page.getByRole('button', { name: 'inline' }).click();
    await searchIs('layout', 'inline');
    await page.reload();
    await page.getByText('1 line differs').waitFor();
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('');
    await page.getByText('load_prompt("prompts:/greet/2")').waitFor();
    await open('/models/greet');
    await page.getByRole('link', { name: 'open it' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a version of a prompt names the runs and traces that use it', async () => {
    const made = await mlflow('POST', 'runs/create', { experiment_id: '0', run_name: 'greets people' });
    const { run_id } = (made as { run: { info: { run_id: string } } }).run.info;
    const value = JSON.stringify([{ name: 'greet', version: '2' }]).replaceAll(/[:,]/g, '$& ');
    await mlflow('POST', 'runs/set-tag', { run_id, key: 'mlflow.linkedPrompts', value });
    await open('/prompts/greet?version=2');
    const uses = page.getByRole('region', { name: 'Used by' });
    await uses.getByRole('link', { name: 'greets people' }).waitFor();
    await uses.getByText('No trace is linked to it.').waitFor();
    await open('/prompts/greet?version=1');
    await uses.getByText('No run is linked to it.').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a version is moved to a stage, for those who still use them', async () => {
    await open('/models/churn/versions/1');
    await page.getByRole('button', { name: 'change (deprecated)' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Production' }).click();
    await dialog.getByRole('button', { name: 'Move' }).click();
    await page.getByText('stage Production').first().waitFor();
    await open('/models/churn/versions/2');
    await page.getByRole('button', { name: 'change (deprecated)' }).click();
    await dialog.getByRole('button', { name: 'Production' }).click();
    await dialog.getByText('Archive the versions that are in Production now').waitFor();
    await dialog.getByRole('button', { name: 'Move' }).click();
    await page.getByText('stage Production').first().waitFor();
    await open('/models/churn/versions/1');
    await page.getByText('stage Archived').first().waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a webhook is made, tested and told, and says why a delivery is not taken', async () => {
    let answer = 200;
    const receiver = createServer((request, response) => {
      request.resume();
      response.writeHead(answer).end(hostile);
    }).listen(0, '127.0.0.1');
    try {
      await open('/webhooks');
      await page.getByText('No webhook yet').waitFor();
      await page.getByRole('button', { name: 'New webhook' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('ops');
      await dialog.getByRole('checkbox', { name: 'model registered' }).check();
      await dialog
        .getByLabel('URL')
        .fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Deliveries to ops' }).waitFor();
      await page.getByText('Nothing was sent yet').waitFor();

      await page.getByRole('button', { name: 'Actions on ops' }).click();
      await page.getByRole('menuitem', { name: 'Test' }).click();
      await dialog.getByRole('button', { name: 'Send' }).click();
      await dialog.getByText('taken, answered 200').waitFor();
      await dialog.getByText(hostile).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();

      await mlflow('POST', 'registered-models/create', { name: 'told' });
      const table = page.getByRole('table', { name: 'Deliveries to ops, newest first' });
      await table.getByText('delivered').waitFor();
      answer = 410;
      await mlflow('POST', 'registered-models/create', { name: 'not taken' });
      await table.getByText(/410/).waitFor();

      await page.getByRole('button', { name: 'Actions on ops' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await dialog.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('No webhook yet').waitFor();
      assert.deepEqual(complaints, []);
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
  });

  test('a version and then its model are deleted, and nothing is asked of what is gone', async () => {
    await mlflow('POST', 'registered-models/create', { name: 'short-lived' });
    await addVersion('short-lived', 0.6, '2');
    await open('/models/short-lived/versions/1');
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No version is registered yet').waitFor();
    await page.getByRole('button', { name: 'Actions on short-lived' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    assert.equal(await dialog.getByRole('button', { name: 'Delete' }).isDisabled(), true);
    await dialog.getByLabel('Write its name to go on').fill('short-lived');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
    await page.getByRole('link', { name: 'churn', exact: true }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'short-lived' }).count(), 0);
    assert.deepEqual(complaints, []);
  });
});
