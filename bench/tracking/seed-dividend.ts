import {
  historyKey,
  metricKeys,
  metricValue,
  paramKeys,
  paramValue,
  plan,
  runTags,
  type Seeded,
  seedTimeMs,
} from './seed-plan.ts';

const atOnce = 16;

/** Seeds Dividend through its own MLflow routes. */
export async function seedDividend(url: string): Promise<Seeded> {
  const call = createCaller(url);
  const createExperiment = async (name: string): Promise<string> => {
    const tags = [
      { key: 'team', value: 'bench' },
      { key: 'mlflow.note.content', value: 'Made to be listed' },
    ];
    return ((await call('experiments/create', { name, tags })) as { experiment_id: string }).experiment_id;
  };
  const createRun = async (experiment_id: string, index: number): Promise<string> => {
    const tags = Object.entries(runTags).map(([key, value]) => ({ key, value }));
    const input = { experiment_id, run_name: `run-${index}`, start_time: seedTimeMs(index), tags };
    return ((await call('runs/create', input)) as { run: { info: { run_id: string } } }).run.info.run_id;
  };

  await inParallel(plan.experiments - 2, (index) => createExperiment(`listed-${index}`));
  const searchedExperiment = await createExperiment('searched');
  const writtenExperiment = await createExperiment('written');
  await inParallel(plan.searchedRuns, async (index) => {
    const run_id = await createRun(searchedExperiment, index);
    const timestamp = seedTimeMs(index);
    await call('runs/log-batch', {
      run_id,
      metrics: metricKeys.map((key, metric) => ({
        key,
        value: metricValue(index, metric),
        timestamp,
        step: 0,
      })),
      params: paramKeys.map((key, param) => ({ key, value: paramValue(index, param) })),
    });
    await call('runs/update', { run_id, status: 'FINISHED', end_time: timestamp + 500 });
  });
  const writtenRuns: string[] = [];
  await inParallel(plan.writtenRuns, async (index) => {
    writtenRuns[index] = await createRun(writtenExperiment, index);
  });
  const historyRun = await createRun(writtenExperiment, plan.writtenRuns);
  await inParallel(plan.historyPoints / 1000, async (part) => {
    const metrics = Array.from({ length: 1000 }, (_, index) => historyPoint(part * 1000 + index));
    await call('runs/log-batch', { run_id: historyRun, metrics });
  });
  await inParallel(plan.models, async (index) => {
    const name = modelName(index);
    await call('registered-models/create', { name });
    for (let version = 1; version <= plan.versionsPerModel; version++) {
      await call('model-versions/create', {
        name,
        source: versionSource(name, version),
        tags: [{ key: 'stage', value: 'test' }],
      });
    }
  });
  return { searchedExperiment, writtenExperiment, writtenRuns, historyRun };
}

export function modelName(index: number): string {
  return `model-${String(index).padStart(4, '0')}`;
}

export function versionSource(name: string, version: number): string {
  return `mlflow-artifacts:/models/${name}/${version}`;
}

export function historyPoint(step: number) {
  return { key: historyKey, value: 1 / (1 + step / 100), timestamp: seedTimeMs(step), step };
}

function createCaller(url: string) {
  return async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(`'${path}' answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
}

async function inParallel(count: number, action: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await action(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
