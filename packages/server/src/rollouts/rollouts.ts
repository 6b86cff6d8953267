import type { Analysis, Rollout } from '@dividend/contracts/api';
import type { Domain } from '../platform/platform.ts';
import type { ApproveRollout } from './approve-rollout.ts';
import type { RollBack } from './roll-back-endpoint.ts';
import type { StartRollout } from './start-rollout.ts';

/** Releases taking over endpoints, step by step, and going back in one hop. */
export interface Rollouts extends Domain {
  /**
   * Begins a rollout; idempotent while it is under way, with an idempotency key also after it ended.
   * @throws {DividendError} ROLLOUT_ACTIVE, RELEASE_IN_PRODUCTION, and what making the release throws
   */
  begin(request: StartRollout): Promise<{ rolloutId: string }>;
  /** @throws {DividendError} APPROVAL_NOT_AWAITED */
  approve(id: string, request: ApproveRollout): Promise<Rollout>;
  /** Takes effect when it returns: routes point back. @returns the rollout that goes back (for a promoted one, the hop) */
  rollBack(id: string, request: RollBack): Promise<Rollout>;
  /** @throws {DividendError} NO_FORMER_RELEASE, RELEASE_NOT_IN_PRODUCTION, ROLLOUT_ACTIVE */
  rollBackEndpoint(
    endpoint: string,
    reason: string,
    by?: RollBack['by'],
    evidence?: RollBack['evidence'],
  ): Promise<{ rolloutId: string }>;
  get(id: string): Promise<Rollout>;
  /** Newest first. */
  list(filter?: { model?: string; limit?: number }): Promise<Rollout[]>;
  page(filter: {
    model?: string | undefined;
    cursor?: number | undefined;
    limit?: number | undefined;
  }): Promise<{ items: Rollout[]; next?: string }>;
  /** Oldest first. */
  analyses(
    id: string,
    page?: { cursor?: number | undefined; limit?: number | undefined },
  ): Promise<{ items: Analysis[]; next?: string }>;
  /** Waits for the end of a rollout. */
  result(id: string): Promise<Rollout>;
  activeFor(endpoint: string): Promise<Rollout | undefined>;
}
