import type { Overview, Trigger } from '@dividend/contracts/api';
import { formatNumber } from '../../ui/format.ts';

export type StationId = 'train' | 'register' | 'gate' | 'release' | 'serve' | 'monitor' | 'trigger';

export interface Station {
  readonly id: StationId;
  readonly name: string;
  /** What it does now, or what it did last. */
  readonly state: string;
  readonly tone: 'rest' | 'busy' | 'well' | 'bad';
}

const trainSteps = ['ingest', 'validate', 'sql', 'command', 'evaluate'];
const registerSteps = ['register', 'release'];

/** Each station of the loop by what the platform says of it. */
export function readStations(
  overview: Overview,
  triggers: readonly Trigger[],
): Readonly<Record<StationId, Station>> {
  return {
    train: readTrain(overview),
    register: readRegister(overview),
    gate: readGate(overview),
    release: readRelease(overview),
    serve: readServe(overview),
    monitor: readMonitor(overview),
    trigger: readTrigger(triggers),
  };
}

function findRunningStep({ runningPipelines }: Overview, uses: readonly string[]): string | undefined {
  return runningPipelines
    .flatMap(({ steps }) => steps)
    .find((step) => step.status === 'running' && uses.includes(step.uses))?.name;
}

function readTrain(overview: Overview): Station {
  const base = { id: 'train', name: 'Train' } as const;
  const step = findRunningStep(overview, trainSteps);
  if (step !== undefined) return { ...base, state: `running ${step}`, tone: 'busy' };
  const runs = overview.models.flatMap(({ latestRun }) => latestRun ?? []);
  const [latest] = runs.toSorted((left, right) => right.startedAt.localeCompare(left.startedAt));
  if (!latest) return { ...base, state: 'no run yet', tone: 'rest' };
  return { ...base, state: `last run ${latest.status}`, tone: latest.status === 'failed' ? 'bad' : 'rest' };
}

function readRegister(overview: Overview): Station {
  const base = { id: 'register', name: 'Register' } as const;
  const step = findRunningStep(overview, registerSteps);
  if (step !== undefined) return { ...base, state: `running ${step}`, tone: 'busy' };
  const numbers = overview.recentRollouts.map(({ version }) => Number(version));
  return {
    ...base,
    state: numbers.length === 0 ? 'no version yet' : `newest: version ${Math.max(...numbers)}`,
    tone: 'rest',
  };
}

function readGate({ activeRollouts, recentRollouts }: Overview): Station {
  const base = { id: 'gate', name: 'Gate' } as const;
  const waiting = activeRollouts.filter(({ phase }) => phase === 'awaitingApproval').length;
  if (waiting > 0) return { ...base, state: `${waiting} awaiting approval`, tone: 'busy' };
  const checking = activeRollouts.find(({ phase }) => phase === 'checking');
  const last = checking ?? recentRollouts.find(({ checks }) => checks.length > 0);
  if (!last) return { ...base, state: 'nothing checked yet', tone: 'rest' };
  const passed = last.checks.filter(({ status }) => status === 'passed').length;
  return {
    ...base,
    state: `${checking ? '' : 'last: '}${passed} of ${last.checks.length} passed`,
    tone: checking ? 'busy' : 'rest',
  };
}

function readRelease({ activeRollouts, models }: Overview): Station {
  const base = { id: 'release', name: 'Release' } as const;
  const moving = activeRollouts.find(({ phase }) => ['staging', 'canary', 'promoting'].includes(phase));
  if (moving?.phase === 'canary')
    return { ...base, state: `canary at ${moving.weightPercent} %`, tone: 'busy' };
  if (moving) return { ...base, state: moving.phase, tone: 'busy' };
  const count = models.filter(({ champion }) => champion !== null).length;
  return { ...base, state: count === 0 ? 'none in production' : `${count} in production`, tone: 'rest' };
}

function readServe({ serving, endpoints }: Overview): Station {
  const base = { id: 'serve', name: 'Serve' } as const;
  const live = serving.filter((process) => process.live).length;
  const requests = endpoints.reduce((total, endpoint) => total + endpoint.requests, 0);
  if (live === 0) return { ...base, state: 'no process is live', tone: 'bad' };
  return { ...base, state: `${formatNumber(requests)} answered`, tone: requests > 0 ? 'well' : 'rest' };
}

function readMonitor({ alarms, endpoints }: Overview): Station {
  const base = { id: 'monitor', name: 'Monitor' } as const;
  if (alarms.length > 0)
    return {
      ...base,
      state: `${alarms.length} ${alarms.length === 1 ? 'alarm' : 'alarms'} raised`,
      tone: 'bad',
    };
  const isWatching = endpoints.some(({ requests }) => requests > 0);
  return {
    ...base,
    state: isWatching ? 'all quiet' : 'nothing to watch',
    tone: isWatching ? 'well' : 'rest',
  };
}

function readTrigger(triggers: readonly Trigger[]): Station {
  const base = { id: 'trigger', name: 'Decide' } as const;
  const pending = triggers.flatMap(({ firings }) => firings).filter(({ status }) => status === 'pending');
  if (pending[0]) return { ...base, state: `${pending[0].trigger} acts`, tone: 'busy' };
  const met = triggers.find(({ state }) => state === 'met');
  if (met) return { ...base, state: `${met.name} is met`, tone: 'busy' };
  if (triggers.length === 0) return { ...base, state: 'no trigger declared', tone: 'rest' };
  return {
    ...base,
    state: `${triggers.length} ${triggers.length === 1 ? 'trigger' : 'triggers'} watch`,
    tone: 'rest',
  };
}
