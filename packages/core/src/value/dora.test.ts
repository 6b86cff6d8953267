import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeploymentFact } from './deployment-fact.ts';
import { computeDora, computeDoraSlices } from './dora.ts';
import type { DoraOptions } from './dora-options.ts';
import type { IncidentFact } from './incident-fact.ts';

const hour = 3_600_000;
const day = 24 * hour;
const window = { fromMs: 0, toMs: 90 * day };
const options: DoraOptions = {
  window,
  asOfMs: 90 * day,
  deploymentsObserved: [window],
  incidentsObserved: [window],
};

let counter = 0;
/** A version promoted on day `atDay` after a training run of 1 h, gates 10 min, approval 2 h, rollout 20 min. */
function deployment(atDay: number, changes: Partial<DeploymentFact> = {}): DeploymentFact {
  const id = `dep-${++counter}`;
  const productionAtMs = atDay * day;
  return {
    id,
    model: 'flights',
    environment: 'production',
    changeKind: 'data',
    trigger: 'schedule',
    reason: 'planned',
    outcome: 'promoted',
    changeAtMs: productionAtMs - 12 * hour,
    startedAtMs: productionAtMs - 3.5 * hour,
    trainedAtMs: productionAtMs - 2.5 * hour,
    evaluatedAtMs: productionAtMs - 2.5 * hour + 600_000,
    approvedAtMs: productionAtMs - 20 * 60_000,
    productionAtMs,
    decidedAtMs: productionAtMs + hour,
    failure: null,
    efforts: [],
    machine: [],
    entryIds: [`${id}-started`, `${id}-decided`],
    ...changes,
  };
}

function rolledBack(atDay: number, detectedSeconds: number, restoredSeconds: number): DeploymentFact {
  const startedAtMs = atDay * day;
  const detectedAtMs = startedAtMs + detectedSeconds * 1000;
  const failure = { startedAtMs, detectedAtMs, restoredAtMs: detectedAtMs + restoredSeconds * 1000 };
  return deployment(atDay, { outcome: 'rolledBack', failure });
}

function incident(changes: Partial<IncidentFact>): IncidentFact {
  const id = `inc-${++counter}`;
  return {
    id,
    model: 'flights',
    causeKind: 'change',
    causeLink: 'confirmed',
    causeDeploymentId: null,
    startedAtMs: 0,
    detectedAtMs: 0,
    restoredAtMs: 0,
    response: [],
    loss: null,
    entryIds: [id],
    ...changes,
  };
}

const planned = (days: readonly number[]) => days.map((atDay) => deployment(atDay));

test('computeDora counts promoted versions per observed day, attempts that failed not among them', () => {
  const deployments = [...planned([1, 2, 3, 4, 5, 6, 7, 8, 9]), rolledBack(10, 60, 5)];
  const { deploymentFrequency } = computeDora({ deployments, incidents: [] }, options);
  assert.deepEqual(
    [deploymentFrequency.value, deploymentFrequency.numerator, deploymentFrequency.denominator],
    [0.1, 9, 90],
  );
  assert.equal(deploymentFrequency.status, 'measured');
  assert.equal(deploymentFrequency.elite?.met, false);
  assert.equal(deploymentFrequency.entryIds.length, 18);
});

test('computeDora does not dilute the frequency by days in which nothing was recorded', () => {
  const observed = [{ fromMs: 80 * day, toMs: 90 * day }];
  const facts = { deployments: planned([81, 82, 83, 84, 85, 86, 87, 88, 89, 89.5]), incidents: [] };
  const { deploymentFrequency } = computeDora(facts, { ...options, deploymentsObserved: observed });
  assert.equal(deploymentFrequency.value, 1);
  assert.equal(deploymentFrequency.coverage.ratio, 10 / 90);
  assert.equal(deploymentFrequency.elite?.met, true);
});

test('computeDora tells an observed nothing from nothing observed', () => {
  const empty = { deployments: [], incidents: [] };
  const observed = computeDora(empty, options);
  assert.deepEqual(
    [observed.deploymentFrequency.value, observed.deploymentFrequency.status],
    [0, 'measured'],
  );
  assert.equal(observed.changeLeadTime.status, 'insufficientData');
  assert.equal(observed.changeFailRate.status, 'insufficientData');
  assert.equal(observed.failedDeploymentRecoveryTime.status, 'notApplicable');
  assert.equal(observed.deploymentReworkRate.status, 'insufficientData');
  const blind = computeDora(empty, { ...options, deploymentsObserved: [], incidentsObserved: [] });
  for (const metric of Object.values(blind)) {
    assert.deepEqual([metric.value, metric.status], [null, 'notCollected'], metric.id);
    assert.notEqual(metric.note, '');
  }
});

test('computeDora refuses a frequency from an hour of observation', () => {
  const observed = [{ fromMs: 0, toMs: hour }];
  const report = computeDora(
    { deployments: planned([0.01]), incidents: [] },
    { ...options, deploymentsObserved: observed },
  );
  assert.deepEqual(
    [
      report.deploymentFrequency.value,
      report.deploymentFrequency.status,
      report.deploymentFrequency.numerator,
    ],
    [null, 'insufficientData', 1],
  );
});

test('computeDora takes lead time from training run to production, and its parts add up', () => {
  const { changeLeadTime } = computeDora(
    { deployments: planned([1, 2, 3, 4, 5, 6]), incidents: [] },
    options,
  );
  assert.equal(changeLeadTime.value, 3.5 * 3600);
  assert.equal(changeLeadTime.changeToProduction.value, 12 * 3600);
  assert.deepEqual(changeLeadTime.interval, { low: 12_600, high: 12_600, confidence: 0.95 });
  assert.equal(changeLeadTime.elite?.met, true);
  const means = changeLeadTime.stages.map(({ stage, meanSeconds }) => [stage, meanSeconds]);
  assert.deepEqual(means, [
    ['train', 3600],
    ['evaluate', 600],
    ['approvalWait', 7200],
    ['rollout', 1200],
    ['canary', 3600],
  ]);
  const before = changeLeadTime.stages
    .slice(0, -1)
    .reduce((sum, { meanSeconds }) => sum + (meanSeconds ?? 0), 0);
  assert.equal(before, changeLeadTime.value);
});

test('computeDora leaves a version without a training start out of the lead time, and says so', () => {
  const deployments = [
    ...planned([1, 2]),
    deployment(3, { startedAtMs: null, trainedAtMs: null }),
    deployment(4, { startedAtMs: 5 * day }),
  ];
  const { changeLeadTime } = computeDora({ deployments, incidents: [] }, options);
  assert.deepEqual([changeLeadTime.numerator, changeLeadTime.denominator], [2, 4]);
  assert.equal(changeLeadTime.value, 3.5 * 3600);
  assert.match(changeLeadTime.note, /^2 promoted versions lack/);
  assert.deepEqual(
    changeLeadTime.stages.map(({ stage, known }) => [stage, known]),
    [
      ['train', 2],
      ['evaluate', 3],
      ['approvalWait', 4],
      ['rollout', 4],
      ['canary', 4],
    ],
  );
  const unknown = computeDora(
    { deployments: [deployment(3, { startedAtMs: null })], incidents: [] },
    options,
  );
  assert.equal(unknown.changeLeadTime.status, 'notCollected');
});

test('computeDora counts a failed deployment once however many incidents it caused', () => {
  const culprit = deployment(5);
  const incidents = [1, 2, 3].map((offset) =>
    incident({ causeDeploymentId: culprit.id, startedAtMs: 5 * day + offset * hour, restoredAtMs: 6 * day }),
  );
  const deployments = [...planned([1, 2, 3, 4]), culprit];
  const { changeFailRate } = computeDora({ deployments, incidents }, options);
  assert.deepEqual([changeFailRate.value, changeFailRate.numerator, changeFailRate.denominator], [0.2, 1, 5]);
  assert.ok(changeFailRate.entryIds.includes(incidents[2]?.id ?? ''));
  assert.equal(changeFailRate.elite?.met, false);
  assert.ok(
    changeFailRate.interval && changeFailRate.interval.low < 0.04 && changeFailRate.interval.high > 0.6,
  );
});

test('computeDora does not blame a deployment for suspected, foreign or unknown causes', () => {
  const deployments = planned([1, 2, 3, 4, 5]);
  const incidents = [
    incident({ causeLink: 'suspected', causeDeploymentId: deployments[0]?.id ?? null }),
    incident({ causeLink: 'none', causeKind: 'unknown' }),
    incident({ causeLink: 'none', causeKind: 'world' }),
    incident({ causeLink: 'confirmed', causeDeploymentId: 'a deployment before the window' }),
  ];
  const { changeFailRate } = computeDora({ deployments, incidents }, options);
  assert.deepEqual([changeFailRate.value, changeFailRate.unattributedIncidents], [0, 2]);
});

test('computeDora counts rolled back and taken back canaries as failed, refused releases as no deployment', () => {
  const deployments = [
    ...planned([1, 2, 3]),
    rolledBack(4, 60, 5),
    deployment(5, { outcome: 'aborted' }),
    deployment(6, { outcome: 'refused', productionAtMs: null }),
  ];
  const { changeFailRate } = computeDora({ deployments, incidents: [] }, options);
  assert.deepEqual([changeFailRate.numerator, changeFailRate.denominator], [2, 5]);
});

test('computeDora withholds a fail rate of few deployments but keeps what was counted', () => {
  const deployments = [...planned([1, 2]), rolledBack(3, 60, 5)];
  const { changeFailRate } = computeDora({ deployments, incidents: [] }, options);
  assert.deepEqual(
    [changeFailRate.value, changeFailRate.status, changeFailRate.numerator, changeFailRate.denominator],
    [null, 'insufficientData', 1, 3],
  );
  assert.ok(changeFailRate.interval);
  assert.equal(changeFailRate.elite?.met, null);
});

test('computeDora leaves deployments out while their labels mature, failed or not', () => {
  const deployments = [
    ...planned([1, 2, 3, 4, 5, 86]),
    rolledBack(87, 60, 5),
    deployment(89, { outcome: 'inProgress' }),
  ];
  const maturing = computeDora({ deployments, incidents: [] }, { ...options, labelLatencyMs: 7 * day });
  assert.deepEqual(
    [maturing.changeFailRate.value, maturing.changeFailRate.numerator, maturing.changeFailRate.denominator],
    [0, 0, 5],
  );
  assert.deepEqual(maturing.changeFailRate.provisional, { failed: 1, deployments: 8 });
  assert.match(maturing.changeFailRate.note, /^3 deployments still wait/);
  const young = computeDora(
    { deployments: planned([88, 89]), incidents: [] },
    { ...options, labelLatencyMs: 7 * day },
  );
  assert.equal(young.changeFailRate.status, 'maturing');
});

test('computeDora splits recovery into detection and restoration', () => {
  const deployments = [
    rolledBack(1, 120, 10),
    rolledBack(2, 240, 20),
    rolledBack(3, 360, 30),
    ...planned([4]),
  ];
  const { failedDeploymentRecoveryTime: recovery } = computeDora({ deployments, incidents: [] }, options);
  assert.deepEqual([recovery.value, recovery.detection.value, recovery.restoration.value], [260, 240, 20]);
  assert.deepEqual([recovery.numerator, recovery.denominator, recovery.elite?.met], [3, 3, true]);
});

test('computeDora counts a failure that lasts as lasting, it does not vanish', () => {
  const culprits = planned([80, 81, 82]);
  const incidents = culprits.map(({ id, productionAtMs }, index) =>
    incident({
      causeDeploymentId: id,
      startedAtMs: productionAtMs ?? 0,
      detectedAtMs: (productionAtMs ?? 0) + hour,
      restoredAtMs: index === 0 ? (productionAtMs ?? 0) + 3 * hour : null,
    }),
  );
  const facts = { deployments: culprits, incidents };
  const { failedDeploymentRecoveryTime: recovery } = computeDora(facts, options);
  assert.deepEqual([recovery.value, recovery.status], [null, 'insufficientData']);
  assert.deepEqual([recovery.numerator, recovery.denominator], [1, 3]);
  assert.match(recovery.note, /^2 still open/);
  assert.equal(recovery.detection.value, 3600);
});

test('computeDora joins what rollout and incident tell of one failure', () => {
  const culprit = rolledBack(5, 600, 30);
  const incidents = [
    incident({
      causeDeploymentId: culprit.id,
      startedAtMs: 5 * day + 60_000,
      detectedAtMs: 5 * day + 300_000,
      restoredAtMs: 5 * day + 900_000,
    }),
  ];
  const { failedDeploymentRecoveryTime: recovery } = computeDora(
    { deployments: [culprit], incidents },
    options,
  );
  assert.deepEqual([recovery.value, recovery.detection.value, recovery.restoration.value], [900, 300, 600]);
  assert.equal(recovery.entryIds.length, 3);
});

test('computeDora does not invent a recovery time for a failure nobody timed', () => {
  const facts = { deployments: [deployment(5, { outcome: 'rolledBack' })], incidents: [] };
  const { failedDeploymentRecoveryTime: recovery } = computeDora(facts, options);
  assert.deepEqual([recovery.value, recovery.status, recovery.denominator], [null, 'notCollected', 1]);
});

test('computeDora counts rollbacks, hotfixes and emergency retrains as rework', () => {
  const deployments = [
    ...planned([1, 2, 3, 4, 5]),
    ...(['rollback', 'hotfix', 'emergencyRetrain'] as const).map((reason) => deployment(6, { reason })),
  ];
  const { deploymentReworkRate } = computeDora({ deployments, incidents: [] }, options);
  assert.deepEqual([deploymentReworkRate.value, deploymentReworkRate.numerator], [3 / 8, 3]);
  assert.equal(deploymentReworkRate.elite, null);
});

test('computeDora ignores deployments outside the window', () => {
  const { deploymentFrequency } = computeDora({ deployments: planned([-1, 90, 91]), incidents: [] }, options);
  assert.equal(deploymentFrequency.numerator, 0);
});

test('computeDoraSlices reports each change kind by itself', () => {
  const deployments = [...planned([1, 2]), deployment(3, { changeKind: 'code' })];
  const slices = computeDoraSlices({ deployments, incidents: [] }, options, 'changeKind');
  assert.deepEqual(
    [...slices].map(([kind, report]) => [kind, report.deploymentFrequency.numerator]),
    [
      ['data', 2],
      ['code', 1],
    ],
  );
});
