import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { fitWidth, openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const base = await createTestPlatform();
/** Of several pages of the list. */
const traceCount = 350;
const idOf = (at: number) => `tr-${String(at).padStart(32, '0')}`;

describe('many traces in the console', { skip }, async () => {
  const { url, page, complaints } = await openConsole(() => serveConsole(base));
  let experimentId = '';

  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as Record<string, unknown>;
  }
  const startTrace = (at: number) =>
    post('/api/3.0/mlflow/traces', {
      trace: {
        trace_info: {
          trace_id: idOf(at),
          trace_location: { mlflow_experiment: { experiment_id: experimentId } },
          request_time: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString(),
          execution_duration: `${1 + (at % 3)}s`,
          state: 'OK',
          request_preview: `question ${at}`,
          response_preview: `answer ${at}`,
          tags: { 'mlflow.traceName': `turn ${at}` },
          trace_metadata: { 'mlflow.trace.session': at < 3 ? "o'hara" : `talk ${Math.floor(at / 10)}` },
        },
      },
    });

  before(async () => {
    const created = await post('/api/2.0/mlflow/experiments/create', { name: 'talks' });
    experimentId = created.experiment_id as string;
    for (let at = 0; at < traceCount; at++) await startTrace(at);
    await post(`/api/3.0/mlflow/traces/${idOf(1)}/assessments`, {
      assessment: { assessment_name: 'right', feedback: { value: false }, rationale: 'It was not asked.' },
    });
  });
  test('the list draws what is in sight, reads on where it is scrolled to, and counts what came since', async () => {
    await page.goto(`${url}/experiments/${experimentId}/traces`);
    const list = page.getByRole('region', { name: 'Traces' });
    await list.getByRole('link', { name: `turn ${traceCount - 1}`, exact: true }).waitFor();
    const toEnd = () => list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await eventually('the oldest trace is read', async () => {
      await toEnd();
      return (await list.getByRole('link', { name: 'turn 0', exact: true }).count()) === 1;
    });
    assert.ok((await list.locator('tbody tr').count()) < 60, 'only what is in sight is drawn');
    assert.equal(await list.getByRole('table').getAttribute('aria-rowcount'), String(traceCount + 1));
    await startTrace(traceCount);
    const note = page.getByRole('button', { name: /^1 new trace/ });
    await note.waitFor({ timeout: 30_000 });
    await note.click();
    await list.getByRole('link', { name: `turn ${traceCount}`, exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a session is a row, and opens as its turns in order', async () => {
    await page.goto(`${url}/experiments/${experimentId}/sessions`);
    const box = page.getByRole('combobox', { name: 'Filter traces' });
    await box.fill("name = 'turn 2'");
    await box.press('Enter');
    const row = page.getByRole('row').filter({ hasText: "o'hara" });
    await row.getByText('question 0').waitFor();
    assert.equal(await page.getByRole('table', { name: 'Sessions' }).locator('tbody tr').count(), 1);
    await row.getByRole('link', { name: "o'hara" }).click();
    const turns = page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading') });
    await turns.nth(2).getByText('answer 2').waitFor();
    assert.deepEqual(await turns.getByRole('heading').getByRole('link').allTextContents(), [
      'turn 0',
      'turn 1',
      'turn 2',
    ]);
    await turns.nth(1).getByText('question 1').waitFor();
    await turns.nth(1).getByText('right').waitFor();
    // As MLflow's client prints it.
    await page.goto(`${url}/#/experiments/${experimentId}/chat-sessions/talk%201`);
    await page.getByRole('heading', { name: 'talk 1', exact: true }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('selected traces stand side by side with what went in, came out and was said', async () => {
    const filter = encodeURIComponent("metadata.`mlflow.trace.session` = 'o''hara'");
    await page.goto(`${url}/experiments/${experimentId}/traces?filter=${filter}`);
    for (const name of ['turn 0', 'turn 1'])
      await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('link', { name: 'Compare' }).click();
    const table = page.getByRole('table', { name: 'Traces side by side' });
    for (const text of ['question 0', 'answer 1', 'It was not asked.', '2 × the shortest'])
      await table.getByText(text).waitFor();
    await fitWidth(page, 420);
    assert.deepEqual(complaints, []);
  });
});
