import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { TraceDetail } from '@dividend/contracts/api';
import { createClient } from '@dividend/sdk';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { fitWidth, openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const base = await createTestPlatform();

type Json = Record<string, unknown>;

const hostile = `<img src=x onerror="window.isHacked=1"><script>window.isHacked=1</script>`;
const small = '1'.padStart(32, '0');
const large = '2'.padStart(32, '0');
const largeCount = 4_000;

const spanId = (number: number) => number.toString(16).padStart(16, '0');
const text = (key: string, value: unknown) => ({ key, value: { stringValue: JSON.stringify(value) } });
const raw = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function span(
  traceId: string,
  number: number,
  parent: number,
  [startMs, endMs]: [number, number],
  rest: Json,
): Json {
  const ns = (ms: number) => String(1_790_000_000_000_000_000n + BigInt(ms) * 1_000_000n);
  return {
    traceId,
    spanId: spanId(number),
    ...(parent === 0 ? {} : { parentSpanId: spanId(parent) }),
    name: `step ${number}`,
    startTimeUnixNano: ns(startMs),
    endTimeUnixNano: ns(endMs),
    ...rest,
  };
}

const smallSpans = [
  span(small, 1, 0, [0, 900], {
    name: `answer ${hostile}`,
    attributes: [
      text('mlflow.spanType', 'AGENT'),
      raw('mlflow.spanInputs', `{"question": "${'q'.repeat(10)}"}`),
    ],
    status: { code: 2, message: 'boom' },
  }),
  span(small, 2, 1, [100, 400], {
    name: 'think',
    attributes: [
      text('mlflow.spanType', 'CHAT_MODEL'),
      text('mlflow.spanInputs', { messages: [{ role: 'user', content: `Is it late? ${hostile}` }] }),
      text('mlflow.spanOutputs', { choices: [{ message: { role: 'assistant', content: 'Quite late.' } }] }),
    ],
  }),
  span(small, 3, 1, [500, 800], {
    name: 'look up',
    attributes: [text('mlflow.spanType', 'TOOL'), raw('mlflow.spanOutputs', '{"id": 12345678901234567890}')],
    status: { code: 2 },
    events: [
      {
        name: 'exception',
        timeUnixNano: '1790000000700000000',
        attributes: [
          raw('exception.type', 'ValueError'),
          raw('exception.message', hostile),
          raw('exception.stacktrace', `File "a.py" ${hostile}`),
        ],
      },
    ],
  }),
];
const largeSpans = Array.from({ length: largeCount }, (_, place) =>
  span(
    large,
    place + 1,
    place === 0 ? 0 : place % 4 === 1 ? 1 : place - ((place - 1) % 4) + 1,
    [place, place === 0 ? largeCount : place + 1],
    {},
  ),
);

describe('traces in the console', { skip }, async () => {
  const { url, page, complaints, open, search, searchIs } = await openConsole(() => serveConsole(base));
  let experimentId = '';

  async function post(path: string, body: Json, headers: Record<string, string> = {}): Promise<Json> {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Json;
  }
  const send = (spans: readonly Json[]) =>
    post(
      '/v1/traces',
      { resourceSpans: [{ scopeSpans: [{ spans }] }] },
      { 'x-mlflow-experiment-id': experimentId },
    );

  before(async () => {
    const created = await post('/api/2.0/mlflow/experiments/create', { name: 'assistant' });
    experimentId = created.experiment_id as string;
    await send(smallSpans);
    await send(largeSpans);
    await post(`/api/3.0/mlflow/traces/tr-${small}/assessments`, {
      assessment: { assessment_name: 'right', feedback: { value: hostile }, rationale: hostile },
    });
  });
  const detail = () => createClient({ url }).get<TraceDetail>(`/api/v1/traces/tr-${small}`);
  const grid = () => page.getByRole('treegrid', { name: 'Spans' });

  test('the list filters by words and by the grammar, and shows what is wrong at its place', async () => {
    await open(`/experiments/${experimentId}/traces`);
    const table = page.getByRole('table', { name: 'Traces' });
    await table.getByRole('link', { name: 'step 1' }).waitFor();
    const box = page.getByRole('combobox', { name: 'Filter traces' });
    await box.fill('Quite late');
    await box.press('Enter');
    await searchIs('filter', "text ILIKE '%Quite late%'");
    await table.getByRole('link', { name: 'step 1' }).waitFor({ state: 'detached' });
    await table.getByText('error', { exact: true }).waitFor();
    await box.fill("status = 'OK' AND AND name = 'x'");
    await box.press('Enter');
    assert.match((await page.getByRole('alert').locator('mark').textContent()) ?? '', /^AND name/);
    assert.equal(search().get('filter'), "text ILIKE '%Quite late%'", 'what is wrong is not asked for');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await box.fill('span.ty');
    await page.getByRole('option', { name: 'span.type' }).click();
    assert.equal(await box.inputValue(), 'span.type ');
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByRole('button', { name: 'Took' }).click();
    await searchIs('order', 'execution_time DESC');
    assert.deepEqual(complaints, []);
  });

  test('the keyboard moves through the tree, folds it and opens spans, which are in the address', async () => {
    await open(`/traces/tr-${small}`);
    await grid().getByText('look up').waitFor();
    await grid().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await searchIs('span', spanId(2));
    await page.getByRole('heading', { name: 'Conversation' }).waitFor();
    await page.getByText('Quite late.').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await grid().getByText('look up').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await searchIs('span', spanId(3));
    await page.getByText('12345678901234567890').waitFor();
    await page.reload();
    await page.getByRole('alert').getByText('ValueError').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('what a span says is shown as it was written, and never runs', async () => {
    const seen = async (path: string) => {
      await open(path);
      await page.getByText('onerror="window.isHacked=1"').first().waitFor();
    };
    await seen(`/experiments/${experimentId}/traces`);
    for (const number of [1, 2, 3]) await seen(`/traces/tr-${small}?span=${spanId(number)}`);
    await page.getByText('Stack').click();
    await page.getByText('File "a.py"').waitFor();
    await seen(`/traces/tr-${small}?tab=assessments`);
    await seen(`/traces/tr-${small}?tab=about`);
    assert.equal(await page.evaluate(() => 'isHacked' in window), false);
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.deepEqual(complaints, []);
  });

  test('a large trace is drawn by the screenful, and searched whole', async () => {
    await open(`/traces/tr-${large}`);
    await grid().getByText('step 2', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Unfold all' }).click();
    await eventually(
      'all rows are there',
      async () => (await grid().getAttribute('aria-rowcount')) === `${largeCount + 1}`,
    );
    assert.ok((await grid().getByRole('row').count()) < 100, 'only what is seen is drawn');
    await grid().focus();
    await page.keyboard.press('End');
    await grid().getByText(`step ${largeCount}`, { exact: true }).waitFor();
    await page.getByRole('searchbox', { name: 'Find in spans' }).fill('step 3999');
    await page.getByText(`1 of ${largeCount.toLocaleString('en')} spans`).waitFor();
    await searchIs('q', 'step 3999');
    await grid().getByText('step 3999', { exact: true }).click();
    await searchIs('span', spanId(3999));
    await page.getByRole('searchbox', { name: 'Find in spans' }).fill('');
    await grid().getByText('step 3999', { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('assessments are added, corrected and deleted, and tags are set', async () => {
    await open(`/traces/tr-${small}?tab=assessments`);
    await page.getByRole('button', { name: 'Add an assessment' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('minutes');
    await dialog.getByRole('button', { name: 'Number' }).click();
    await dialog.getByRole('textbox', { name: 'Value' }).fill('forty');
    await dialog.getByText('Expected a number such as 0.7.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Add', exact: true }).isDisabled(), true);
    await dialog.getByRole('textbox', { name: 'Value' }).fill('40');
    await dialog.getByRole('textbox', { name: 'By' }).fill('ann');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'minutes' }).waitFor();

    await page.getByRole('button', { name: 'Actions on minutes' }).click();
    await page.getByRole('menuitem', { name: 'Correct, keeping the old' }).click();
    await dialog.getByRole('textbox', { name: 'Value' }).fill('41');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('said before (1)').waitFor();
    const said = (await detail()).assessments.filter(({ name }) => name === 'minutes');
    assert.deepEqual(
      said.map(({ value, isValid, sourceType, sourceId }) => [value, isValid, sourceType, sourceId]),
      [
        ['40', false, 'HUMAN', 'ann'],
        ['41', true, 'HUMAN', 'ann'],
      ],
    );

    await page.getByRole('button', { name: 'Actions on minutes' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('said before (1)').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Tags and metadata' }).click();
    await page.getByRole('button', { name: 'Set a tag' }).click();
    await dialog.getByLabel('Key').fill('team');
    await dialog.getByLabel('Value').fill('ops');
    await dialog.getByRole('button', { name: 'Set' }).click();
    await dialog.waitFor({ state: 'detached' });
    const after = await detail();
    assert.equal(after.tags.team, 'ops');
    assert.deepEqual(
      after.assessments
        .filter(({ name }) => name === 'minutes')
        .map(({ value, isValid }) => [value, isValid]),
      [['40', true]],
    );
    assert.deepEqual(complaints, []);
  });

  test('evaluation datasets show their records with every digit, scorers what they are', async () => {
    const created = await post('/api/3.0/mlflow/datasets/create', {
      name: 'questions',
      experiment_ids: [experimentId],
    });
    const { dataset_id: datasetId } = created.dataset as { dataset_id: string };
    const source = JSON.stringify({ source_type: 'TRACE', source_data: { trace_id: `tr-${small}` } });
    await post(`/api/3.0/mlflow/datasets/${datasetId}/records`, {
      records: `[{"inputs": {"question": "Is it late?", "id": 12345678901234567890}, "source": ${source}}]`,
    });
    await post('/api/3.0/mlflow/scorers/register', {
      experiment_id: experimentId,
      name: 'polite',
      serialized_scorer: '{"name": "polite", "instructions": "Be polite."}',
    });
    await open(`/experiments/${experimentId}/evaluation`);
    await page.getByRole('button', { name: 'questions', exact: true }).click();
    await searchIs('dataset', datasetId);
    const records = page.getByRole('table', { name: 'Records' });
    await records.getByText('12345678901234567890').waitFor();
    const scorers = page.getByRole('table', { name: 'Scorers' });
    await scorers.getByRole('button').click();
    await scorers.getByText('Be polite.').waitFor();
    await records.getByRole('link', { name: 'tr-' }).click();
    await page
      .getByRole('heading', { name: /^answer/ })
      .first()
      .waitFor();
    assert.deepEqual(complaints, []);
  });

  test('no column of the traces is cut beside the menu of a usual screen', async () => {
    await open(`/experiments/${experimentId}/traces`);
    const box = page.getByRole('region', { name: 'Traces' });
    await box.getByRole('columnheader', { name: 'Run' }).waitFor();
    for (const width of [1440, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await eventually(`all columns are seen at ${width} px`, () =>
        box.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
      );
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(complaints, []);
  });

  test('every page fits a narrow screen in both themes', async () => {
    for (const path of [
      `/experiments/${experimentId}/traces`,
      `/traces/tr-${small}?span=${spanId(2)}`,
      `/experiments/${experimentId}/evaluation`,
    ]) {
      await page.setViewportSize({ width: 420, height: 900 });
      await page.emulateMedia({ colorScheme: 'light' });
      await open(path);
      await page
        .getByText('Is it late?')
        .or(page.getByText('step 1', { exact: true }))
        .or(page.getByText('Be polite.').or(page.getByText('questions')))
        .first()
        .waitFor();
      await fitWidth(page, 420);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    assert.deepEqual(complaints, []);
  });

  test('selected traces are deleted, once somebody has read that it is for good', async () => {
    await open(`/experiments/${experimentId}/traces`);
    await page.getByRole('checkbox', { name: 'Select step 1' }).check();
    await page.getByText('1 selected').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('for good').first().waitFor();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('link', { name: 'step 1' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /answer/ }).waitFor();
    assert.equal((await fetch(`${url}/api/v1/traces/tr-${large}`)).status, 404);
    assert.deepEqual(complaints, []);
  });
});
