import type { Incidents } from '../incidents/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Monitoring } from '../monitoring/index.ts';
import type { Pipelines } from '../pipelines/index.ts';
import type { Rollouts } from '../rollouts/index.ts';

/** The domains that triggers watch and act through, each as far as they need it. */
export interface TriggerServices {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly monitoring: Pick<
    Monitoring,
    'evaluate' | 'listEndpoints' | 'listAlarms' | 'findAlarm' | 'findLabelledUntil' | 'changes'
  >;
  readonly incidents: Pick<Incidents, 'open' | 'resolve' | 'find' | 'list'>;
  readonly rollouts: Pick<Rollouts, 'rollBackEndpoint' | 'activeFor' | 'list'>;
  readonly pipelines: Pick<Pipelines, 'run' | 'list'>;
}
