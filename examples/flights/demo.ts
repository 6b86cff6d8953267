import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '@dividend/sdk';
import { readBooks, tellBooks } from './story/books.ts';
import {
  breakTheFeed,
  exampleFolder,
  releaseAlteredArtifact,
  releaseFirstModel,
  tryLeakingChallenger,
  waitForRetraining,
} from './story/chapters.ts';
import { createNarrator } from './story/narrator.ts';
import { plan } from './story/plan.ts';
import { startPlatform } from './story/platform-process.ts';
import { startReplay } from './story/replay.ts';
import { createReport } from './story/report.ts';
import { runCommand } from './story/run-command.ts';
import type { Stage } from './story/stage.ts';
import { openFlights } from './story/traffic-source.ts';

const { values: options } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    report: { type: 'string' },
    home: { type: 'string', default: join(import.meta.dirname, '../../.dividend/demo') },
    port: { type: 'string', default: '7400' },
    'serving-port': { type: 'string', default: '7401' },
  },
});

const started = performance.now();
const home = resolve(options.home);
const narrator = createNarrator();

await rm(home, { recursive: true, force: true });
const source = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
const platform = await startPlatform(
  home,
  { control: Number(options.port), serving: Number(options['serving-port']) },
  (line) => narrator.line(line),
);
// Ctrl-C at any moment drains and stops the platform, which runs in a process group of its own.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void platform.stop().then(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
}
const client = createClient({ url: platform.controlUrl, servingUrl: platform.servingUrl });
narrator.line(
  `Dividend is up after ${platform.readySeconds.toFixed(1)} s; look around at ${platform.controlUrl}`,
);

const stage: Stage = {
  client,
  narrator,
  home,
  model: plan.model,
  command: (...args) => runCommand(platform.controlUrl, args),
};
try {
  narrator.chapter('The baseline: how deployments went by hand (example figures)');
  await stage.command('baseline', 'import', join(exampleFolder, 'baseline.csv'), '--model', plan.model);
  narrator.line('records of manual deployments are in the ledger');

  narrator.chapter('The first model, from data to production');
  const flights = openFlights(join(home, 'replay'), source, exampleFolder);
  flights.catch(() => {});
  const first = await releaseFirstModel(stage);
  const replay = startReplay({
    client,
    endpoint: plan.model,
    source: await flights,
    start: plan.trafficStart,
    end: plan.trafficEnd,
    requestsPerSecond: plan.requestsPerSecond,
  });
  replay.setSpeed(plan.calmDaysPerSecond);
  narrator.line(
    `traffic replays from ${plan.trafficStart.toISOString().slice(0, 10)} on, ${plan.requestsPerSecond} predictions a second`,
  );

  narrator.chapter('A challenger that looks better and is worse');
  const challenger = await tryLeakingChallenger(stage);
  const altered = await releaseAlteredArtifact(stage, challenger.rollout.version);

  narrator.chapter('The world moves: a broken feed, then decay');
  replay.setSpeed(plan.fastDaysPerSecond);
  const feed = await breakTheFeed(stage, replay);
  const retraining = await waitForRetraining(stage, replay);

  narrator.chapter('The books');
  await replay.stop();
  const books = await readBooks(client, plan.model);
  tellBooks(narrator, books);
  const report = createReport({
    rollouts: [first, challenger.rollout, altered, retraining.rollout],
    challenger,
    feed,
    retraining,
    books,
    requests: replay.counts(),
    seconds: (performance.now() - started) / 1000,
  });
  narrator.line(
    `${report.requests.served} requests served, ${report.requests.failed} failed; the story took ${report.seconds.toFixed(0)} s`,
  );
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  if (report.requests.failed > 0 || !report.ledger.verified) process.exitCode = 1;
  if (!options.exit) {
    narrator.line(`the platform keeps running: ${platform.controlUrl} (Ctrl-C stops it)`);
    await platform.ended;
  }
} finally {
  await platform.stop();
}
process.exit();
