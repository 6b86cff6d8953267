import type { AppliedSpec } from '@dividend/contracts/spec';
import type { Ledger } from '../ledger/index.ts';
import type { CohortCounts } from '../monitoring/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { Releases } from '../releases/index.ts';
import type { Routing, Waitpoint } from '../routing/index.ts';

/** The domains a rollout acts through, each as far as it needs it. */
export interface RolloutServices {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly specs: { getCurrent(model: string): Promise<Pick<AppliedSpec, 'digest' | 'spec'>> };
  readonly registry: {
    setAlias(
      tx: Tx,
      model: string,
      alias: string,
      version: string,
      options: { byRelease: true },
    ): Promise<unknown>;
  };
  readonly releases: Pick<Releases, 'create' | 'get' | 'getByIndex' | 'describeChange'>;
  readonly routing: Pick<
    Routing,
    'findRoute' | 'setArms' | 'removeRoute' | 'preload' | 'unload' | 'waitUntilServed' | 'waitUntilRouted'
  >;
  readonly monitoring: {
    cohortCounts(rolloutIndex: number): Promise<{ canary: CohortCounts; control: CohortCounts }>;
  };
  /** Base URL of a serving process. */
  readonly servingUrl: () => string;
}

/** What every part of this domain works with. */
export interface RolloutContext extends RolloutServices {
  readonly platform: Platform;
  /** Woken when a rollout changed in this process, so that waiting workflows look at once. */
  readonly changed: Waitpoint;
  readonly isStopping: () => boolean;
}

/** Waits for a change of any rollout, at most so long; for ever once the process stops: the next one goes on from here. */
export async function waitForChange(context: RolloutContext, milliseconds: number): Promise<void> {
  const { changed } = context;
  await changed.waitAfter(changed.count, milliseconds);
  if (context.isStopping()) await new Promise(() => {});
}
