import type { Overview } from '@dividend/contracts/api';
import { toIncident } from '../incidents/index.ts';
import { toAlarm } from '../monitoring/index.ts';
import { readModelSummary } from './model-summary.ts';
import type { OverviewSources } from './overview-sources.ts';

const finalPhases: readonly string[] = ['promoted', 'refused', 'rolledBack', 'aborted'];
const recentRollouts = 10;
const recentEntries = 15;
const recentPipelines = 50;
const openLimit = 100;

export async function readOverview(sources: OverviewSources): Promise<Overview> {
  const [specs, endpoints, pipelines, rollouts, alarms, incidents, processes, entries, status] =
    await Promise.all([
      sources.specs.list(),
      sources.monitoring.endpoints(),
      sources.pipelines.list({ limit: recentPipelines }),
      sources.rollouts.list({ limit: recentRollouts }),
      sources.monitoring.listAlarms({ state: 'raised', limit: openLimit }),
      sources.incidents.list({ status: 'open', limit: openLimit }),
      sources.routing.processes(),
      sources.ledger.list({ limit: recentEntries }),
      sources.ledger.status(),
    ]);
  return {
    models: await Promise.all(specs.map((spec) => readModelSummary(sources, spec))),
    endpoints: endpoints.map(({ endpoint, model, version, requests, failed, labels }) => ({
      endpoint,
      model,
      version,
      requests,
      failed,
      labels,
    })),
    runningPipelines: pipelines.filter((run) => run.status === 'running'),
    activeRollouts: rollouts.filter(({ phase }) => !finalPhases.includes(phase)),
    recentRollouts: rollouts,
    alarms: alarms.map(toAlarm),
    incidents: incidents.map(toIncident),
    serving: processes.map(({ processId, pid, live, residentBytes, heardAt }) => ({
      processId,
      pid,
      live,
      residentBytes,
      lastSeenAt: heardAt.toISOString(),
    })),
    ledger: { entries: status.entries, sealed: status.sealed },
    recentEntries: [...entries.items],
  };
}
