import type { Rollout } from '@dividend/contracts/api';
import { client } from '../../live/client.ts';
import { isFinal } from './rollout-phases.ts';

export interface Action {
  readonly name: string;
  readonly effect: string;
  readonly look: 'accent' | 'danger';
  /** Gives the rollout to look at from then on. */
  readonly run: (reason: string) => Promise<Rollout>;
}

/** Before any production traffic there is nothing to roll back, only to call off. */
const early: readonly string[] = ['checking', 'awaitingApproval', 'staging'];

/** What a person may do with a rollout now. `isInProduction`: its release answers on the endpoint. */
export function listActions(rollout: Rollout, isInProduction: boolean): readonly Action[] {
  const { id, phase, version, endpoint, replaces, checks } = rollout;
  const before = replaces ? `version ${replaces.version}` : 'the release before';
  const takeBack = (name: string, effect: string): Action => ({
    name,
    effect,
    look: 'danger',
    run: (reason) => client.rollBack(id, reason),
  });
  if (phase === 'awaitingApproval') {
    const passed = checks.filter(({ status }) => status === 'passed').length;
    return [
      {
        name: 'Approve',
        effect: `Version ${version}, with ${passed} of ${checks.length} checks passed, goes on to staging and then to a share of the traffic of '${endpoint}'.`,
        look: 'accent',
        run: (reason) => client.approve(id, { approve: true, reason }),
      },
      {
        name: 'Reject',
        effect: `Version ${version} is refused. No traffic ever reaches it; ${before} keeps answering.`,
        look: 'danger',
        run: (reason) => client.approve(id, { approve: false, reason }),
      },
    ];
  }
  if (early.includes(phase))
    return [
      takeBack(
        'Call off',
        `The rollout of version ${version} ends before any production traffic reaches it.`,
      ),
    ];
  if (!isFinal(phase))
    return [takeBack('Roll back', `All traffic of '${endpoint}' goes to ${before} at once, in one hop.`)];
  if (phase === 'promoted' && isInProduction && replaces !== null)
    return [
      takeBack(
        'Roll back',
        `All traffic of '${endpoint}' leaves version ${version} at once and goes to the release that answered before it.`,
      ),
    ];
  return [];
}
