import type { Incidents } from '../incidents/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Monitoring } from '../monitoring/index.ts';
import type { Pipelines } from '../pipelines/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Releases } from '../releases/index.ts';
import type { Rollouts } from '../rollouts/index.ts';
import type { Routing } from '../routing/index.ts';
import type { Specs } from '../specs/index.ts';
import type { Tracking } from '../tracking/index.ts';

export interface OverviewSources {
  readonly ledger: Pick<Ledger, 'list' | 'status'>;
  readonly specs: Pick<Specs, 'list' | 'getCurrent'>;
  readonly tracking: Pick<Tracking, 'getRun'>;
  readonly registry: Pick<Registry, 'listVersions' | 'listVersionsOfRun'>;
  readonly releases: Pick<Releases, 'list' | 'getByIndex' | 'findOfVersion'>;
  readonly routing: Pick<Routing, 'findRoute' | 'processes'>;
  readonly monitoring: Pick<Monitoring, 'endpoints' | 'listAlarms'>;
  readonly incidents: Pick<Incidents, 'list'>;
  readonly rollouts: Pick<Rollouts, 'list' | 'activeFor'>;
  readonly pipelines: Pick<Pipelines, 'list'>;
}
