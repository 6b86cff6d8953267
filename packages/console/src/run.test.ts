import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { eventually } from '@dividend/testkit/eventually';
import { createMlflowCaller } from '@dividend/testkit/mlflow-client';
import { createTestPlatform } from '@dividend/testkit/test-platform';
import { fitWidth, openConsole, serveConsole, skip } from './fixtures/console-browser.ts';

const base = await createTestPlatform();

/** A page with a black square, and a script to run when it is opened. */
const pdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);window.seized=1;)>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/AA<</O<</S/JavaScript/JS(window.seized=1;)>>>>>>endobj
4 0 obj<</Length 17>>stream
0 0 100 100 re f
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
`;

/** Text in a font that it does not bring, whose codes only a map of characters tells. */
const asianPdf = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 41>>stream
BT /F 24 Tf 10 40 Td <4F60597D> Tj ET    
endstream endobj
5 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>endobj
6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 7 0 R>>endobj
7 0 obj<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

/** Silence of eight seconds: one channel of 8 bits, 8,000 a second. */
function makeWave(): Buffer {
  const samples = 64_000;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples, 40);
  return Buffer.concat([head, Buffer.alloc(samples, 128)]);
}

/** Each tries to leave a mark in the console, wherever it would run. */
const attack = 'window.seized=1;parent.seized=1;top.seized=1';
const hostile = {
  'report.html': `<h1>Report</h1><script>${attack}</script><img src="x" onerror="${attack}"><a href="javascript:${attack}">go</a>`,
  'picture.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" onload="${attack}"><script>${attack}</script><rect width="60" height="40"/></svg>`,
  'notes.md': `# Notes\n\n<script>${attack}</script>\n\n[go](javascript:${attack})\n\n<img src=x onerror="${attack}">`,
};

const files = {
  ...hostile,
  'big.log': 'line\n'.repeat(180_000),
  'paper.pdf': pdf,
  'asian.pdf': asianPdf,
  'broken.pdf': 'not a PDF',
  'sound.wav': makeWave(),
  'film.mp4': '<script>window.seized=1</script>',
};

describe('the page of a run', { skip }, async () => {
  const { url, page, complaints, search } = await openConsole(() => serveConsole(base));
  const call = createMlflowCaller(url);
  let runId = '';
  const asked: string[] = [];

  before(async () => {
    runId = await logRun(url);
    page.on('request', (request) => asked.push(request.url()));
  });

  const open = (query: string) => page.goto(`${url}/experiments/0/runs/${runId}${query}`);

  test('shows what was logged, fits every screen, and is found by its id alone', async () => {
    await page.goto(`${url}/runs/${runId}`);
    await page.getByRole('heading', { name: 'seen-run' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/experiments/0/runs/${runId}`);
    await page.goto(`${url}/runs/${runId}?tab=charts&smooth=0.6`);
    await page.getByRole('application', { name: /^train\/loss/ }).waitFor();
    assert.deepEqual([search().get('tab'), search().get('smooth')], ['charts', '0.6']);
    await page.getByRole('button', { name: 'Overview' }).first().click();
    for (const text of ['NaN', '0.01', 'flights-2001', 'not in production'])
      await page.getByText(text).first().waitFor();
    for (const width of [800, 420]) {
      for (const tab of ['Charts', 'Artifacts', 'Overview']) {
        await page.getByRole('button', { name: tab }).first().click();
        await fitWidth(page, width);
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

  test('draws along any axis, logarithmic or smoothed, and saves what it shows', async () => {
    await open('?tab=charts');
    const chart = page.getByRole('application', { name: /^train\/loss/ });
    const canvas = chart.locator('canvas');
    await canvas.waitFor();
    const look = () => canvas.evaluate((drawn: HTMLCanvasElement) => drawn.toDataURL());
    const changes = async (what: string, act: () => Promise<unknown>) => {
      const before = await look();
      await act();
      await eventually(`${what} draws another picture`, async () => (await look()) !== before);
    };
    await changes('log y', () => page.getByLabel('log y').check());
    await changes('log x', () => page.getByLabel('log x').check());
    await changes('wall time', () => page.getByRole('button', { name: 'wall time' }).click());
    await changes('time since start', () => page.getByRole('button', { name: 'time since start' }).click());
    await changes('linear x', () => page.getByLabel('log x').uncheck());
    await changes('smoothing', () => page.getByRole('slider').first().fill('0.9'));
    const save = async (as: string) => {
      await page.getByRole('button', { name: 'Save train/loss' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: `Save as ${as}` }).click(),
      ]);
      return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
    };
    const picture = await save('PNG');
    assert.match(picture.name, /^[\w-]+-train-loss\.png$/);
    assert.equal(picture.content.subarray(1, 4).toString(), 'PNG');
    // Width in the head of a PNG: twice nothing would be an empty picture.
    assert.ok(picture.content.readUInt32BE(16) > 300 && picture.content.length > 3000);
    const table = await save('CSV');
    const rows = table.content.toString().split('\r\n');
    assert.equal(rows[0], 'name,step,time,value,points,least,greatest');
    const points = rows.slice(1, -1).map((row) => row.split(','));
    const counted = points.reduce((sum, cells) => sum + Number(cells[4]), 0);
    assert.equal(counted, 5000, 'every point is in one of the parts');
    assert.ok(
      points.some((cells) => cells[6] === '1'),
      'the greatest value of all is kept',
    );
    assert.deepEqual(complaints, []);
  });

  test('is deleted and restored from the page', async () => {
    const { body } = await call('POST', 'mlflow/runs/create', { experiment_id: '0', run_name: 'unwanted' });
    const { run_id } = (body.run as { info: { run_id: string } }).info;
    await page.goto(`${url}/experiments/0/runs/${run_id}`);
    await page.getByRole('heading', { name: 'unwanted' }).waitFor();
    const more = page.getByRole('button', { name: 'More actions on this run' });
    for (const [action, next] of [
      ['Delete', 'Restore'],
      ['Restore', 'Delete'],
    ] as const) {
      await more.click();
      await page.getByRole('menuitem', { name: action }).click();
      await page.getByRole('dialog').getByRole('button', { name: action }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await more.click();
      await page.getByRole('menuitem', { name: next }).waitFor();
      await page.keyboard.press('Escape');
    }
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

  test('shows the pages of a PDF as pictures, whatever it would run', async () => {
    const before = complaints.length;
    await open('?tab=artifacts&path=paper.pdf');
    const drawn = page.getByRole('img', { name: 'Page 1 of paper.pdf' });
    await drawn.waitFor();
    await eventually('the page is drawn', () =>
      drawn.evaluate((canvas: HTMLCanvasElement) => {
        const pixels = canvas.getContext('2d');
        const at = (ratio: number) =>
          pixels?.getImageData(Math.floor(canvas.width * ratio), 20, 1, 1).data.join();
        return canvas.width > 100 && at(0.25) === '0,0,0,255' && at(0.75) === '255,255,255,255';
      }),
    );
    assert.equal(await page.evaluate(() => 'seized' in window), false);
    assert.deepEqual(complaints.slice(before), []);
    await open('?tab=artifacts&path=broken.pdf');
    await page.getByText('It cannot be read as a PDF.').waitFor();
  });

  test('reads what a PDF does not bring from the console’s own files', async () => {
    const before = complaints.length;
    const map = page.waitForResponse(/\/assets\/pdfjs-[^/]+\/cmaps\/UniGB-UCS2-H\.bcmap$/);
    await open('?tab=artifacts&path=asian.pdf');
    const answer = await map;
    assert.equal(
      answer.headers()['content-type'],
      'application/octet-stream',
      'a page of the console is no map',
    );
    assert.ok((await answer.body()).length > 1000);
    await page.locator('canvas').first().waitFor();
    for (const file of ['wasm/openjpeg_nowasm_fallback.js', 'wasm/jbig2_nowasm_fallback.js']) {
      const decoder = await fetch(answer.url().replace(/cmaps\/.*/, file));
      assert.match(decoder.headers.get('content-type') ?? '', /javascript/, file);
    }
    assert.deepEqual(complaints.slice(before), []);
  });

  test('plays sound from where it is asked to, and says where a film is none', async () => {
    await open('?tab=artifacts&path=sound.wav');
    const player = page.locator('audio');
    await eventually('its length is read', () =>
      player.evaluate(({ duration }: HTMLAudioElement) => duration === 8),
    );
    await player.evaluate((sound: HTMLAudioElement) => {
      sound.currentTime = 6;
    });
    await eventually('it is there', () =>
      player.evaluate((sound: HTMLAudioElement) => !sound.seeking && sound.currentTime === 6),
    );
    await open('?tab=artifacts&path=film.mp4');
    await page.getByText('This browser cannot play it.').waitFor();
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
  for (const [name, content] of Object.entries(files)) {
    const put = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/${name}`, {
      method: 'PUT',
      body: content,
    });
    assert.equal(put.status, 200);
  }
  await call('POST', 'mlflow/runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
  return run_id;
}
