import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from '@dividend/testkit/browser';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import {
  type OpenedPage,
  openPage,
  type ServedConsole,
  serveConsole,
  skip,
} from './fixtures/console-browser.ts';

const base = await createTestPlatform();

/** Each tries to leave a mark in the console, wherever it would run. */
const attack = 'window.seized=1;parent.seized=1;top.seized=1';
const hostile = {
  'report.html': `<h1>Report</h1><script>${attack}</script><img src="x" onerror="${attack}"><a href="javascript:${attack}">go</a>`,
  'picture.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" onload="${attack}"><script>${attack}</script><rect width="60" height="40"/></svg>`,
  'notes.md': `# Notes\n\n<script>${attack}</script>\n\n[go](javascript:${attack})\n\n<img src=x onerror="${attack}">`,
};

describe('the page of a run', { skip }, () => {
  let opened: OpenedPage | undefined;
  let control: ServedConsole | undefined;
  let page: Page;
  let url = '';
  let runId = '';
  let call: ReturnType<typeof createMlflowCaller>;
  let complaints: string[] = [];
  const asked: string[] = [];

  before(async () => {
    control = await serveConsole(base);
    url = control.url;
    call = createMlflowCaller(url);
    runId = await logRun(url);
    opened = await openPage();
    ({ page, complaints } = opened);
    page.on('request', (request) => asked.push(request.url()));
  });
  after(async () => {
    await opened?.close();
    await control?.stop();
  });

  const open = (query: string) => page.goto(`${url}/experiments/0/runs/${runId}${query}`);
  const search = () => new URL(page.url()).searchParams;

  test('shows what was logged, fits every screen, and is found by its id alone', async () => {
    await page.goto(`${url}/runs/${runId}`);
    await page.getByRole('heading', { name: 'seen-run' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/experiments/0/runs/${runId}`);
    for (const text of ['NaN', '0.01', 'flights-2001', 'not in production'])
      await page.getByText(text).first().waitFor();
    for (const width of [800, 420]) {
      await page.setViewportSize({ width, height: 900 });
      for (const tab of ['Charts', 'Artifacts', 'Overview']) {
        await page.getByRole('button', { name: tab }).first().click();
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${tab} is ${over} px wider than a screen of ${width} px`);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(complaints, []);
  });

  test('is renamed, tagged and described from the page', async () => {
    await open('');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('renamed-run');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('heading', { name: 'renamed-run' }).waitFor();
    await page.getByRole('button', { name: 'Add a tag' }).click();
    await page.getByRole('dialog').getByLabel('Key').fill('team');
    await page.getByRole('dialog').getByLabel('Value').fill('ranking');
    await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
    await page.getByRole('button', { name: 'Remove team' }).waitFor();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Description in Markdown').fill('It is **better** now.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('strong', { hasText: 'better' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('zooms by dragging, asks the server for the interval, and keeps both in its address', async () => {
    await open('?tab=charts&smooth=0.6');
    const chart = page.getByRole('application', { name: /^train\/loss/ });
    await chart.locator('canvas').waitFor();
    const box = await chart.locator('.u-over').boundingBox();
    assert.ok(box);
    const at = (ratio: number) => [box.x + box.width * ratio, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.4));
    await page.mouse.down();
    await page.mouse.move(...at(0.6), { steps: 4 });
    await page.mouse.up();
    await eventually('the address has the interval', () => search().has('from') && search().has('to'));
    const [from, to] = [Number(search().get('from')), Number(search().get('to'))];
    assert.ok(from > 1500 && to < 3500 && from < to, `${from} to ${to}`);
    await eventually('the interval was asked for', () =>
      asked.some((each) => each.includes('/metric-curves') && each.includes(`from=${from}`)),
    );
    await page.getByText('NaN logged').first().waitFor();
    await chart.focus();
    await page.keyboard.press('Escape');
    await eventually('all of it is shown', () => !search().has('from'));
    assert.equal(search().get('smooth'), '0.6');
    assert.deepEqual(complaints, []);
  });

  test('follows a run that runs, and keeps the zoom while values come', async () => {
    const { body } = await call('POST', 'mlflow/runs/create', { experiment_id: '0', run_name: 'running' });
    const { run_id } = (body.run as { info: { run_id: string } }).info;
    const log = (from: number) =>
      call('POST', 'mlflow/runs/log-batch', {
        run_id,
        metrics: Array.from({ length: 500 }, (_, at) => ({
          key: 'loss',
          value: 1,
          timestamp: Date.now(),
          step: from + at,
        })),
      });
    await log(0);
    // As MLflow's client prints it.
    await page.goto(`${url}/#/experiments/0/runs/${run_id}`);
    await page.getByRole('heading', { name: 'running' }).waitFor();
    await page.goto(`${url}/experiments/0/runs/${run_id}?tab=charts&from=100&to=200`);
    const chart = page.getByRole('application', { name: /^loss/ });
    await chart.locator('canvas').waitFor();
    const before = asked.filter((each) => each.includes('metric-curves')).length;
    await log(500);
    await eventually(
      'the curve is asked for again',
      () => asked.filter((each) => each.includes('metric-curves')).length > before,
    );
    await page.getByRole('button', { name: 'steps 100 to 200' }).waitFor();
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await chart.getByText(/^step 1\d\d/).waitFor();
  });

  test('previews hostile artifacts without running any of them', async () => {
    for (const name of Object.keys(hostile)) {
      await open(`?tab=artifacts&path=${name}`);
      if (name === 'report.html') {
        await page.frameLocator('iframe').getByRole('heading', { name: 'Report' }).waitFor();
        assert.equal(await page.locator('iframe').getAttribute('sandbox'), '');
      } else if (name === 'picture.svg') {
        await eventually('the picture is drawn', () =>
          page.evaluate(() => [...document.images].some(({ naturalWidth }) => naturalWidth === 60)),
        );
      } else await page.getByRole('heading', { name: 'Notes', exact: true }).waitFor();
      assert.equal(await page.evaluate(() => 'seized' in window), false, name);
    }
    // The browser says what it refused; anything else would be a fault of the page.
    const faults = complaints.filter(
      (text) => !/Blocked script execution|Content Security Policy/.test(text),
    );
    assert.deepEqual(faults, []);
    assert.ok(complaints.length > 0, 'the attack was tried');
  });

  test('reads of a large text only its beginning', async () => {
    const response = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/big.log`, {
      headers: { range: 'bytes=0-9' },
    });
    assert.deepEqual(
      [response.status, response.headers.get('content-range'), await response.text()],
      [206, 'bytes 0-9/900000', 'line\nline\n'],
    );
    await open('?tab=artifacts&path=big.log');
    await page.getByText('Only its beginning is shown').waitFor();
  });
});

async function logRun(url: string): Promise<string> {
  const call = createMlflowCaller(url);
  const { body } = await call('POST', 'mlflow/runs/create', { experiment_id: '0', run_name: 'seen-run' });
  const run_id = (body.run as { info: { run_id: string } }).info.run_id;
  const points = Array.from({ length: 5000 }, (_, step) => ({
    key: 'train/loss',
    value: step === 2400 ? 'NaN' : 1 / (step + 1),
    timestamp: 1_700_000_000_000 + step * 1000,
    step,
  }));
  for (let at = 0; at < points.length; at += 1000)
    await call('POST', 'mlflow/runs/log-batch', { run_id, metrics: points.slice(at, at + 1000) });
  await call('POST', 'mlflow/runs/log-batch', {
    run_id,
    params: [{ key: 'lr', value: '0.01' }],
    metrics: [{ key: 'odd', value: 'NaN', timestamp: 1, step: 0 }],
  });
  const dataset = { name: 'flights-2001', digest: 'ab12', source_type: 'local', source: '{}' };
  await call('POST', 'mlflow/runs/log-inputs', { run_id, datasets: [{ dataset }] });
  for (const [name, content] of Object.entries({ ...hostile, 'big.log': 'line\n'.repeat(180_000) })) {
    const put = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/${name}`, {
      method: 'PUT',
      body: content,
    });
    assert.equal(put.status, 200);
  }
  await call('POST', 'mlflow/runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
  return run_id;
}
