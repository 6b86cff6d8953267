import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LedgerEntry, Rollout } from '@dividend/contracts/api';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { consoleDir, fitWidth, openConsole, skip } from './fixtures/console-browser.ts';
import { model, startPopulatedPlatform } from './fixtures/populated-platform.ts';

const base = await createTestPlatform();

describe('the console over a populated platform', { skip }, async () => {
  const platform = await openConsole(() => startPopulatedPlatform(base, consoleDir));
  const { page, complaints, open, search, searchIs } = platform;
  /** Paths of the API that were asked for, in order. */
  let asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));

  test('every page opens by its address with what it is about, wide and narrow, in both themes', async () => {
    const places: readonly (readonly [string, string])[] = [
      ['/', 'version 2 at 20 %'],
      ['/models', 'under way'],
      [`/models/${model}`, 'first release'],
      [`/models/${model}/versions/1`, 'Lineage'],
      [`/models/${model}/compare?from=1&to=2`, 'Compare versions'],
      [`/models/${model}?tab=aliases`, 'History of champion'],
      ['/prompts', 'No prompt yet'],
      ['/webhooks', 'No webhook yet'],
      [`/models/${model}?tab=spec`, 'No better than chance.'],
      ['/pipelines', 'by human'],
      [`/pipelines/${platform.pipelineId}`, 'read the people'],
      ['/rollouts', 'for version 1'],
      [`/rollouts/${platform.promotedId}`, 'First release of the endpoint'],
      [`/rollouts/${platform.canaryId}`, 'control, version 1'],
      ['/monitoring', 'Newest event time'],
      [`/monitoring/${model}`, 'Answers came late for an hour'],
      ['/value', 'Deployment rework rate'],
      ['/ledger', 'rollout.promoted'],
      ['/serving', 'canary'],
    ];
    for (const [path, text] of places) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: 'dark' });
      await open(path);
      await page.getByText(text).first().waitFor();
      assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
      await page.emulateMedia({ colorScheme: 'light' });
      await page.locator('html[data-theme=light]').waitFor();
      for (const width of [800, 420]) {
        await fitWidth(page, width);
        await page.getByText(text).first().waitFor();
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(complaints, []);
  });

  test('the lineage of a run leads on to its version, its rollout and the endpoint', async () => {
    await open(`/runs/${platform.runId}`);
    await page.getByRole('heading', { name: 'trains late-a' }).waitFor();
    await page
      .getByRole('link', { name: `${model} version 1` })
      .first()
      .waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Releases' }).getByText('promoted').waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Endpoints' })
      .getByRole('link', { name: model })
      .click();
    await page.getByText('Triggers').first().waitFor();
    assert.equal(new URL(page.url()).pathname, `/monitoring/${model}`);
    assert.deepEqual(complaints, []);
  });

  test('the palette finds a rollout by its words, and g with a letter goes to a page', async () => {
    await open('/');
    await page.getByText('Predictions answered').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('version 2');
    await page
      .getByRole('option', { name: `${model} version 2` })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: `${model} version 2` }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/rollouts/${platform.canaryId}`);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByRole('heading', { name: 'Ledger' }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('combobox').fill('no such thing');
    await page.getByText('Nothing is called that').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Page, model, rollout, run' }).waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });

  test('charts turn into tables and stay so in the address', async () => {
    await open(`/rollouts/${platform.canaryId}`);
    await page.getByRole('img', { name: /Difference of truth/ }).waitFor();
    await page.getByRole('button', { name: 'Tables' }).click();
    await searchIs('view', 'table');
    await page.reload();
    const table = page.getByRole('table', { name: /Difference of truth/ });
    await table.getByText('first look').waitFor();
    await page.getByRole('button', { name: 'Charts' }).click();
    await page
      .getByRole('img', { name: /Difference of truth/ })
      .locator('canvas')
      .waitFor();
    await searchIs('view', null);
    assert.deepEqual(complaints, []);
  });

  test('what is chosen on a page is in its address: step, spec, kind of entry', async () => {
    await open(`/pipelines/${platform.pipelineId}`);
    await page.getByTitle('Show the log of people').click();
    await page.getByRole('heading', { name: 'Log of people' }).waitFor();
    await searchIs('step', 'people');
    await open(`/models/${model}`);
    await page.getByRole('button', { name: 'Spec and gates' }).click();
    await page.getByText('uses: ingest').waitFor();
    await page.getByRole('button', { name: 'JSON' }).click();
    await page.getByText('"uses": "ingest"').waitFor();
    await searchIs('format', 'json');
    await open('/ledger');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('gate.');
    await searchIs('type', 'gate.');
    await page.getByRole('button', { name: 'spec.applied' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'gate.judged' }).first().waitFor();
    assert.deepEqual(complaints, []);
  });

  test('the ledger pages back to its first entry, and each entry has an address of its own', async () => {
    for (let count = 0; count < 60; count += 1)
      await platform.client.raw('/api/v1/incidents', { json: { model, title: `Seen ${count}` } });
    await open('/ledger');
    await page.getByText('Seen 59').waitFor();
    assert.equal(await page.getByRole('button', { name: 'ledger.opened' }).count(), 0);
    const older = page.getByRole('button', { name: 'Show older' });
    await eventually('all pages are read', async () => {
      if (await older.isVisible()) await older.click();
      return (await page.getByRole('button', { name: 'ledger.opened' }).count()) === 1;
    });
    await page.getByRole('button', { name: 'ledger.opened' }).click();
    await page.getByRole('dialog').getByText('What was hashed').waitFor();
    const [opened] = (await platform.client.ledgerEntries({ type: 'ledger.opened' })).items;
    await searchIs('entry', opened?.id ?? '');
    await page.keyboard.press('k');
    await eventually('the entry above is shown', () => search().get('entry') !== opened?.id);
    await page.keyboard.press('j');
    await searchIs('entry', opened?.id ?? '');
    await page.reload();
    await page.getByRole('dialog').getByText(`"id": "${opened?.id}"`).waitFor();
    await page.keyboard.press('Escape');
    await searchIs('entry', null);
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByRole('status').getByText('verified', { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a burst of entries is read in a few requests, and the books are not computed again for each', async () => {
    await open('/');
    await page.getByText('Return, mid scenario').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    asked = [];
    for (let count = 0; count < 40; count += 1)
      await platform.client.raw('/api/v1/incidents', { json: { model, title: `Burst ${count}` } });
    await page.getByText('Burst 39').first().waitFor();
    const countOf = (path: string) => asked.filter((each) => each === path).length;
    assert.ok(
      countOf('/api/v1/overview') <= 20,
      `the overview was asked for ${countOf('/api/v1/overview')} times`,
    );
    assert.ok(
      countOf('/api/v1/value/roi') <= 1,
      `the return was computed ${countOf('/api/v1/value/roi')} times`,
    );
    assert.deepEqual(complaints, []);
  });

  test('a canary is rolled back from its page, with a reason that stands in the ledger', async () => {
    const { canaryId, client } = platform;
    await open(`/rollouts/${canaryId}`);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'canary 20 %' })
      .and(page.locator('[aria-current=step]'))
      .waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`All traffic of '${model}' goes to version 1 at once`).waitFor();
    const confirm = dialog.getByRole('button', { name: 'Roll back' });
    assert.equal(await confirm.isDisabled(), true, 'no reason, no way back');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await client.rollout(canaryId)).phase, 'canary', 'who cancels changes nothing');

    await page.getByRole('button', { name: 'Roll back' }).click();
    await dialog.getByLabel('Reason').fill('Callers complain');
    await confirm.click();
    await page.getByRole('listitem').filter({ hasText: 'rolled back' }).waitFor();
    await page.getByRole('button', { name: 'Roll back' }).waitFor({ state: 'detached' });
    const rollout: Rollout = await client.rollout(canaryId);
    assert.equal(rollout.phase, 'rolledBack');
    const entry = await eventually('the entry is there', async () => {
      const { items } = await client.ledgerEntries({ type: 'rollout.rolledBack' });
      return items.find(({ subject }: LedgerEntry) => subject === `rollout/${canaryId}`);
    });
    assert.match(JSON.stringify(entry.data), /Callers complain/);
    assert.equal((entry.data as { by?: string }).by, 'person');
    await open('/serving');
    await page.getByText('version 1').first().waitFor();
    await page.getByText('canary', { exact: true }).waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });
});
