import { randomBytes } from 'node:crypto';
import type { ChangeKind, PipelineTrigger } from '@dividend/contracts/ledger';
import { DividendError } from '@dividend/core/errors';
import { findStableArm } from '@dividend/core/rollouts';
import { currentActor } from '../access/index.ts';
import { newId } from '../platform/ids.ts';
import type { Tx } from '../platform/postgres/index.ts';
import type { ReleaseRecord } from '../releases/index.ts';
import type { RolloutContext } from './rollout-context.ts';
import { planRollout, type RolloutPlan } from './rollout-plan.ts';
import { findPromotion, findRollout, insertRollout, lockEndpoint } from './rollout-store.ts';
import type { GoingBack, RolloutRow } from './rollout-tables.ts';

export interface StartRollout {
  readonly model: string;
  /** The version to release, or else a release by digest. */
  readonly version?: string;
  readonly releaseDigest?: string;
  readonly trigger: PipelineTrigger;
  /** The same key gives the same rollout, also after it ended. */
  readonly idempotencyKey?: string;
}

/**
 * Begins a rollout. One at a time on an endpoint: a second one for another release is refused, for the same release it is
 * the one that is under way.
 */
export async function startRollout(context: RolloutContext, request: StartRollout): Promise<RolloutRow> {
  const { idempotencyKey } = request;
  const known = idempotencyKey && (await findRollout(context.platform.db, { idempotencyKey }));
  if (known) return known;
  const release = await findRelease(context, request);
  const { spec, digest } = await context.specs.getCurrent(request.model);
  const endpoint = spec.endpoint ?? request.model;
  return context.platform.db.transaction().execute(async (tx) => {
    await lockEndpoint(tx, endpoint);
    const again = idempotencyKey && (await findRollout(tx, { idempotencyKey }));
    if (again) return again;
    const active = await findRollout(tx, { activeOn: endpoint });
    if (active) return sameOrThrow(active, release);
    const replaced = await findProduction(context, tx, endpoint);
    if (replaced?.index === release.index) throw inProduction(release, endpoint);
    const wasPromoted = (await findPromotion(tx, endpoint, release.index)) !== undefined;
    const row = await insertNew(context, tx, {
      endpoint,
      release,
      replaced,
      plan: planRollout(spec, digest),
      changeKind: wasPromoted ? 'rollback' : await context.releases.describeChange(release, replaced),
      trigger: request.trigger,
      idempotencyKey: idempotencyKey ?? null,
      hop: null,
      reason: 'Artifacts are being checked',
    });
    await context.registry.setAlias(tx, row.model, 'challenger', row.version, { byRelease: true });
    return row;
  });
}

export interface NewRollout {
  readonly endpoint: string;
  readonly release: ReleaseRecord;
  readonly replaced: ReleaseRecord | undefined;
  readonly plan: RolloutPlan;
  readonly changeKind: ChangeKind;
  readonly trigger: PipelineTrigger;
  readonly idempotencyKey: string | null;
  /** Set for a hop back: by whom, for the entry of the release it takes out. */
  readonly hop: GoingBack | null;
  readonly reason: string;
}

/** The row of a rollout with its entry. A hop back begins at staging: it only has to be loaded. */
export async function insertNew(context: RolloutContext, tx: Tx, rollout: NewRollout): Promise<RolloutRow> {
  const { release, replaced, plan, hop } = rollout;
  const now = context.platform.clock.now();
  const steps = plan.steps.map(({ weightPercent }) => ({
    weight: weightPercent,
    enteredAt: null,
    leftAt: null,
    requestsBefore: 0,
  }));
  const row = await insertRollout(tx, {
    id: newId('rol', now),
    idempotency_key: rollout.idempotencyKey,
    endpoint: rollout.endpoint,
    model: release.model,
    version: release.version,
    release_digest: release.digest,
    release_index: release.index,
    replaces_index: replaced?.index ?? null,
    replaces_version: replaced?.version ?? null,
    replaces_digest: replaced?.digest ?? null,
    is_hop: hop !== null,
    change_kind: rollout.changeKind,
    trigger: rollout.trigger,
    started_by: currentActor(),
    plan: JSON.stringify(plan),
    salt: randomBytes(12).toString('base64url'),
    phase: hop === null ? 'checking' : 'staging',
    reason: rollout.reason,
    step_index: -1,
    weight_percent: 0,
    steps: JSON.stringify(steps),
    going_back: hop === null ? null : JSON.stringify(hop),
    started_at: now,
    launched_at: null,
    promoted_at: null,
    idle_until: null,
    first_traffic_at: null,
    detected_at: null,
    restored_at: null,
    finished_at: null,
  });
  await context.ledger.append(tx, {
    type: 'rollout.started',
    subject: `rollout/${row.id}`,
    data: {
      rolloutId: row.id,
      rolloutIndex: row.rollout_index,
      endpoint: row.endpoint,
      model: row.model,
      releaseDigest: row.release_digest,
      version: row.version,
      replaces: row.replaces_digest,
      changeKind: row.change_kind,
      trigger: row.trigger,
    },
  });
  return row;
}

/** The release in production, which a canary under way is compared with. */
export async function findProduction(
  { routing, releases }: RolloutContext,
  tx: Tx,
  endpoint: string,
): Promise<ReleaseRecord | undefined> {
  const route = await routing.findRoute(endpoint, 'production', tx);
  const stable = route && findStableArm(route.arms);
  return stable && releases.getByIndex(stable.releaseIndex);
}

async function findRelease(context: RolloutContext, request: StartRollout): Promise<ReleaseRecord> {
  const { model, version, releaseDigest, trigger } = request;
  if (releaseDigest !== undefined) {
    const release = await context.releases.get(releaseDigest);
    if (release.model === model && (version === undefined || version === release.version)) return release;
    throw invalid(
      `Release '${releaseDigest}' is version ${release.version} of '${release.model}', not what was asked for`,
      'releaseDigest',
    );
  }
  if (version !== undefined) return context.releases.create({ model, version, trigger });
  throw invalid('Starting a rollout needs a version or a release digest; name one', 'version');
}

function sameOrThrow(active: RolloutRow, release: ReleaseRecord): RolloutRow {
  if (active.release_index === release.index && !active.is_hop) return active;
  throw new DividendError(
    'ROLLOUT_ACTIVE',
    'failed_precondition',
    `Endpoint '${active.endpoint}' has rollout '${active.id}' of version ${active.version} under way (${active.phase}); wait for its end, or roll it back first`,
    { field: 'model' },
  );
}

function inProduction(release: ReleaseRecord, endpoint: string): DividendError {
  return new DividendError(
    'RELEASE_IN_PRODUCTION',
    'already_exists',
    `Version ${release.version} of '${release.model}' already answers on '${endpoint}'`,
    { field: 'version' },
  );
}

function invalid(message: string, field: string): DividendError {
  return new DividendError('ROLLOUT_REQUEST_INVALID', 'invalid_argument', message, { field });
}
