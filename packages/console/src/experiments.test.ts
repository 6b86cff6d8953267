import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { fitWidth, openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const base = await createTestPlatform();

/** More than two pages of the table. */
const runCount = 230;

describe('experiments, their runs and comparisons in a browser', { skip }, async () => {
  const { url, page, complaints, open, search } = await openConsole(() => serveConsole(base));
  let experimentId = '';
  const ids: string[] = [];
  const post = async (path: string, input: Record<string, unknown>) => {
    const { status, body } = await createMlflowCaller(url)('POST', `mlflow/${path}`, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };

  before(async () => {
    experimentId = (await post('experiments/create', { name: 'late flights' })).experiment_id as string;
    ids.push(await logRun(0));
    // In lanes: the order in the table is that of the start times.
    const rest = Array.from({ length: runCount - 1 }, (_, index) => index + 1);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let next = rest.shift(); next !== undefined; next = rest.shift()) ids[next] = await logRun(next);
      }),
    );
  });
  /** Run 0 is the parent of runs 1 to 4; the last one goes on. */
  async function logRun(index: number): Promise<string> {
    const parent = index >= 1 && index <= 4 ? [{ key: 'mlflow.parentRunId', value: ids[0] }] : [];
    // Lists of names must not grow as wide as the longest.
    const long = { key: 'a name as nobody should give one '.repeat(5).trim(), value: 'x' };
    const { run } = await post('runs/create', {
      experiment_id: experimentId,
      run_name: index === 0 ? 'sweep' : `run-${index}`,
      start_time: 1_700_000_000_000 + index * 1000,
      tags: index === 0 ? [long, { key: '__proto__', value: 'x' }, { key: 'toString', value: 'x' }] : parent,
    });
    const { run_id } = (run as { info: { run_id: string } }).info;
    await post('runs/log-batch', {
      run_id,
      params: [
        { key: 'model', value: index % 2 ? 'tree' : 'line' },
        { key: 'depth', value: String(index % 7) },
      ],
      metrics: [0, 1].map((step) => ({ key: 'auc', value: index / 1000 + step / 10, step, timestamp: step })),
    });
    const ended = { run_id, status: 'FINISHED', end_time: 1_700_000_090_000 };
    if (index < runCount - 1) await post('runs/update', ended);
    return run_id;
  }

  const table = () => `/experiments/${experimentId}`;
  const row = (name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  const lines = () => page.locator('tbody tr[aria-rowindex]');

  test('experiments are found, created, renamed, deleted and restored', async () => {
    await open('/experiments');
    await row('late flights').getByText('229 finished').waitFor();
    await page.getByRole('button', { name: 'New experiment' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('late flights');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('alert').getByText('already exists').waitFor();
    await page.getByRole('dialog').getByLabel('Name').fill('early');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: 'Actions on early' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('early flights');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Name or id' }).fill('EARLY');
    await row('late flights').waitFor({ state: 'detached' });
    assert.equal(search().get('q'), 'EARLY');
    await page.getByRole('button', { name: 'Actions on early flights' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No experiment fits').waitFor();
    await page.getByRole('button', { name: 'deleted', exact: true }).click();
    await page.getByRole('button', { name: 'Actions on early flights' }).click();
    await page.getByRole('menuitem', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await row('early flights').waitFor({ state: 'detached' });
    // The refused name.
    assert.equal(complaints.splice(0).length, 1);
  });

  test('an experiment is described under its title, and a long text is folded', async () => {
    await open(table());
    await page.getByRole('button', { name: 'Add a description' }).click();
    const lines = Array.from({ length: 30 }, (_, index) => `- point **${index}**`);
    await page.getByLabel('Description in Markdown').fill(lines.join('\n'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('strong', { hasText: '29' }).waitFor();
    const tabs = page.getByRole('link', { name: 'Traces' });
    const top = async () => (await tabs.boundingBox())?.y ?? 0;
    const all = page.getByRole('button', { name: 'all of it' });
    await all.waitFor();
    assert.ok((await top()) < 300, `the tabs begin at ${await top()} px`);
    await all.click();
    await page.getByRole('button', { name: 'less' }).waitFor();
    assert.ok((await top()) > 500);
    await page.getByRole('button', { name: 'Edit the description' }).click();
    await page.getByLabel('Description in Markdown').fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Add a description' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('the run table reads on while somebody scrolls, and draws only what is in sight', async () => {
    await open(`${table()}?view=flat`);
    await row('run-229').waitFor();
    const first = await lines().count();
    assert.ok(first < 60, `${first} lines are drawn`);
    await eventually('the last run is in sight', async () => {
      await page.locator('section[tabindex="0"]').evaluate((box) => box.scrollTo(0, box.scrollHeight));
      return row('sweep').isVisible();
    });
    assert.equal(await row('sweep').getAttribute('aria-rowindex'), String(runCount + 1));
    assert.ok((await lines().count()) < 80);
    assert.deepEqual(complaints, []);
  });

  test('a filter is proposed as it is typed, says where it is wrong, and stands in the address', async () => {
    await open(table());
    await row('run-229').waitFor();
    const box = page.getByRole('combobox', { name: 'Filter runs' });
    await box.fill('params.mo');
    await page.getByRole('option', { name: /params\.model/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'ILIKE' }).waitFor();
    await box.pressSequentially("= 'tr");
    await page.getByRole('option', { name: "'tree'" }).click();
    assert.equal(await box.inputValue(), "params.model = 'tree' ");
    await box.pressSequentially('AND (metrics.auc >');
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/at character 41/)
      .waitFor();
    assert.equal(await box.getAttribute('aria-invalid'), 'true');
    await box.fill("params.model = 'tree' AND (metrics.auc > 0.32 OR run_name = 'run-5')");
    await page.keyboard.press('Enter');
    await row('run-228').waitFor({ state: 'detached' });
    await row('run-5').waitFor();
    assert.equal(
      search().get('filter'),
      "params.model = 'tree' AND (metrics.auc > 0.32 OR run_name = 'run-5')",
    );
    await box.fill("params.model > 'a'");
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/Invalid comparator '>'/)
      .waitFor();
    // The server's refusal, which the page shows.
    assert.ok(complaints.splice(0).every((text) => text.includes('400')));
  });

  test('columns are sorted by the server, chosen and pinned, and the address holds them', async () => {
    await open(table());
    await page.getByRole('button', { name: 'auc', exact: true }).click();
    await eventually(
      'the greatest is first',
      async () => (await lines().first().textContent())?.includes('run-229') ?? false,
    );
    await page.getByRole('button', { name: 'auc', exact: true }).click();
    await eventually(
      'the least is first',
      async () => (await lines().first().textContent())?.includes('sweep') ?? false,
    );
    assert.equal(search().get('order'), 'metrics.auc');
    await page.getByRole('button', { name: 'Columns', exact: true }).click();
    await page.getByRole('checkbox', { name: 'User', exact: true }).check();
    await page.getByRole('button', { name: 'Pin params.depth' }).click();
    await page.getByRole('button', { name: 'Hide metrics.auc' }).click();
    await page.keyboard.press('Escape');
    assert.equal(search().get('pinned'), 'params.depth');
    await page.reload();
    await page.getByRole('columnheader', { name: 'depth' }).waitFor();
    const heads = await page.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(heads.filter(Boolean), [
      'Run',
      'depth',
      'Status',
      'Started',
      'Duration',
      'model',
      'User',
    ]);
    assert.deepEqual(complaints, []);
  });

  test('nested runs fold out below their parent, and groups show the range of a metric', async () => {
    await open(`${table()}?filter=metrics.auc+%3C+0.11`);
    await row('sweep').waitFor();
    assert.equal(await row('run-3').count(), 0);
    await page.getByRole('button', { name: 'Fold out sweep' }).click();
    await row('run-3').waitFor();
    await open(`${table()}?group=params.model`);
    const group = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'Fold out tree' }) });
    await group.getByText('0.101 – 0.329').waitFor();
    await group.getByRole('button').click();
    await row('run-229').waitFor();
    assert.equal(await row('run-228').count(), 0);
    assert.deepEqual(complaints, []);
  });

  test('runs are selected, tagged, deleted and restored together', async () => {
    await open(`${table()}?view=flat&columns=tags.team`);
    await row('run-229').waitFor();
    await page.getByRole('checkbox', { name: 'Select run-228' }).click();
    await page.getByRole('checkbox', { name: 'Select run-225' }).click({ modifiers: ['Shift'] });
    const bar = page.getByRole('region', { name: 'Selected runs' });
    await bar.getByText('4 runs selected').waitFor();
    await bar.getByRole('button', { name: 'Tag' }).click();
    await page.getByRole('dialog').getByLabel('Key').fill('team');
    await page.getByRole('dialog').getByLabel('Value').fill('ranking');
    await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
    await row('run-226').getByText('ranking').waitFor();
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row('run-226').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'deleted', exact: true }).click();
    await row('run-226').waitFor();
    await page.getByRole('checkbox', { name: 'Select all runs that were read' }).click();
    await bar.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('No run of this experiment is deleted').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a run that cannot be changed does not keep the others from it, and is told with its reason', async () => {
    await open(`${table()}?view=flat`);
    await row('run-229').waitFor();
    await page.getByRole('checkbox', { name: 'Select run-228' }).click();
    await page.getByRole('checkbox', { name: 'Select run-226' }).click({ modifiers: ['Shift'] });
    let refusals = 1;
    await page.route('**/runs/delete', (route) =>
      refusals-- > 0
        ? route.fulfill({ status: 400, json: { error_code: 'INVALID_STATE', message: 'It is being kept' } })
        : route.continue(),
    );
    await page.getByRole('region', { name: 'Selected runs' }).getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('1 of 3 failed; the others are done.').waitFor();
    await dialog.getByText('It is being kept').waitFor();
    await dialog.getByText('Delete 1 run?').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const name of ['run-226', 'run-227', 'run-228']) await row(name).waitFor({ state: 'detached' });
    await page.unroute('**/runs/delete');
    for (const id of ids.slice(226, 229)) await post('runs/restore', { run_id: id });
    const told = complaints.splice(0);
    assert.ok(
      told.every((text) => text.includes('400')),
      told.join(),
    );
  });

  test('what goes on outside is seen without a reload: a run ends, another begins', async () => {
    await open(`${table()}?filter=metrics.auc+%3E+0.32`);
    await row('run-229').getByText('running').waitFor();
    await post('runs/update', { run_id: ids.at(-1), status: 'FAILED', end_time: 1_700_000_500_000 });
    await row('run-229').getByText('failed').waitFor();
    ids.push(await logRun(runCount));
    await row('run-230').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('selected runs are compared: differences, coordinates that are brushed, scatter, curves', async () => {
    const list = [ids[10], ids[24], ids[11]].join(',');
    await open(`/compare?runs=${list}`);
    await page.getByRole('rowheader', { name: 'depth' }).waitFor();
    await page.getByRole('button', { name: 'Leave out run-11' }).click();
    await page.getByRole('rowheader', { name: 'depth' }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'Only differences' }).click();
    await page.getByRole('rowheader', { name: 'depth' }).waitFor();
    await open(`/compare?runs=${list}&tab=parallel`);
    const axis = page.locator('rect[data-axis="metrics.auc"]');
    const box = await axis.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.3, { steps: 3 });
    await page.mouse.up();
    await page.getByText('1 of 3 runs').waitFor();
    await page.getByRole('button', { name: 'Clear the brushes' }).click();
    await page.getByText('3 of 3 runs').waitFor();
    await page.getByRole('button', { name: 'Curves' }).click();
    await page
      .getByLabel(/^auc of 3 runs/)
      .locator('canvas')
      .waitFor();
    await page.getByRole('button', { name: 'Scatter' }).click();
    await page.getByRole('link', { name: /^run-24: depth 3, auc 0.124/ }).click();
    await page.getByRole('heading', { name: 'run-24' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('links of MLflow’s own pages land, and the palette finds runs by name', async () => {
    await open(`/#/experiments/${experimentId}/runs/${ids[12]}`);
    await page.getByRole('heading', { name: 'run-12' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/experiments/${experimentId}/runs/${ids[12]}`);
    await page.evaluate((id) => location.assign(`/#/experiments/${id}`), experimentId);
    await page.getByRole('heading', { name: 'late flights' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Page, model, rollout, run' }).fill('run-17');
    await page.getByRole('option', { name: /^run-17\s*finished, late flights/ }).click();
    await page.getByRole('heading', { name: 'run-17' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('no page is wider than the screen, in either theme', async () => {
    const places = [
      '/experiments',
      table(),
      `${table()}?group=params.depth`,
      `/compare?runs=${ids.slice(5, 25)}`,
    ];
    for (const path of [...places, `${places[3]}&tab=parallel`, `${places[3]}&tab=scatter`]) {
      await page.emulateMedia({ colorScheme: 'light' });
      await open(path);
      await page.locator('html[data-theme=light]').waitFor();
      for (const width of [1440, 800, 420]) {
        await fitWidth(page, width);
        await page.getByRole('heading', { level: 1 }).waitFor();
      }
    }
    assert.deepEqual(complaints, []);
  });
});
