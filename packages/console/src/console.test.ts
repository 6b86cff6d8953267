import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const spec = `
apiVersion: dividend/v1
kind: Model
name: seen-live
owner: tests
riskClass: minimal
pipeline: { steps: [{ name: ingest, uses: ingest, source: rows.csv }] }
gates: [{ name: ranks, expr: candidate.auc > 0.7 }]
rollout: { steps: [{ weight: 10 }], metrics: [{ name: errors, source: requests, measure: errorRatio, margin: 0.01 }] }
`;

const base = await createTestPlatform();

describe('the console in a browser', { skip }, async () => {
  const { url, page, complaints } = await openConsole(() => serveConsole(base));

  test('empty pages say what to do', async () => {
    await page.goto(url);
    await page.getByText('No model is known yet').waitFor();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    for (const path of ['/models', '/pipelines', '/rollouts', '/monitoring', '/value', '/serving']) {
      await page.goto(url + path);
      await page.locator('code').first().waitFor();
    }
    assert.deepEqual(complaints, []);
  });

  test('what happens is seen without a reload', async () => {
    await page.goto(url);
    await page.getByText('live', { exact: true }).waitFor();
    const response = await fetch(`${url}/api/v1/specs/apply`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ spec, baseDir: '/tmp', files: [] }),
    });
    assert.equal(response.status, 200, await response.text());
    await page.getByRole('link', { name: 'seen-live' }).first().waitFor();
    await page.getByText('spec.applied').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('deep links open every page, and the theme is kept', async () => {
    await page.getByTitle('Switch to light').click();
    const places: readonly (readonly [string, string])[] = [
      ['/models/seen-live', 'Gates'],
      ['/value', 'DORA metrics'],
      ['/monitoring/seen-live', 'Triggers'],
      ['/ledger?type=spec.', 'spec.applied'],
      ['/nowhere', 'Nothing here'],
    ];
    for (const [path, text] of places) {
      await page.goto(url + path);
      await page.getByText(text).first().waitFor();
      assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
    }
    assert.deepEqual(complaints, []);
  });

  test('a page that cannot be drawn says so beside the menu, and is tried again', async () => {
    const menu = page.getByRole('navigation').first();
    await page.goto(`${url}/nowhere/at/all`);
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
    await menu.getByRole('link', { name: 'Models' }).waitFor();
    await page.route('**/api/v1/experiments/0', (route) => route.fulfill({ json: {} }));
    await page.goto(`${url}/experiments/0`);
    await page.getByRole('heading', { name: 'This page could not be drawn' }).waitFor();
    await page.getByRole('alert').getByText('undefined or null').waitFor();
    await menu.getByRole('link', { name: 'Models' }).click();
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'This page could not be drawn' }).waitFor();
    await page.unroute('**/api/v1/experiments/0');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Default' }).waitFor();
    // React and the router tell what the page threw.
    assert.ok(complaints.splice(0).length > 0);
  });

  test('the ledger verifies from the page, and an entry opens as it was hashed', async () => {
    await page.goto(`${url}/ledger`);
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByRole('status').getByText('verified', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'spec.applied' }).click();
    await page.getByText('What was hashed').waitFor();
    assert.deepEqual(complaints, []);
  });
});
