import type { EndpointRoute } from '@dividend/contracts/serving';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import { routesChannel } from './change-signal.ts';
import { checkArms } from './check-arms.ts';
import type { Environment, RoutingTables } from './routing-tables.ts';

/** What the arms of an endpoint become. */
export interface NewRoute {
  readonly endpoint: string;
  readonly environment: Environment;
  readonly rolloutIndex: number;
  readonly salt: string;
  readonly arms: EndpointRoute['arms'];
}

/** Routes and preloads of one revision. */
export interface RoutingRows {
  readonly revision: number;
  readonly routes: readonly EndpointRoute[];
  readonly preloaded: readonly number[];
}

export async function setArms(tx: Tx, now: Date, route: NewRoute): Promise<void> {
  checkArms(route.arms);
  const values = {
    endpoint: route.endpoint,
    environment: route.environment,
    salt: route.salt,
    rollout_index: route.rolloutIndex,
    arms: JSON.stringify(route.arms),
    changed_at: now,
  };
  await tx
    .withTables<RoutingTables>()
    .insertInto('endpoint_route')
    .values(values)
    .onConflict((conflict) => conflict.columns(['endpoint', 'environment']).doUpdateSet(values))
    .execute();
  await raiseRevision(tx);
}

export async function removeRoute(tx: Tx, endpoint: string, environment: Environment): Promise<void> {
  await tx
    .withTables<RoutingTables>()
    .deleteFrom('endpoint_route')
    .where('endpoint', '=', endpoint)
    .where('environment', '=', environment)
    .execute();
  await raiseRevision(tx);
}

export async function preload(tx: Tx, releaseIndex: number): Promise<void> {
  await tx
    .withTables<RoutingTables>()
    .insertInto('preloaded_release')
    .values({ release_index: releaseIndex })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await raiseRevision(tx);
}

export async function unload(tx: Tx, releaseIndex: number): Promise<void> {
  await tx
    .withTables<RoutingTables>()
    .deleteFrom('preloaded_release')
    .where('release_index', '=', releaseIndex)
    .execute();
  await raiseRevision(tx);
}

/** The row lock puts concurrent changes in one order; the notification is delivered when they are committed. */
async function raiseRevision(tx: Tx): Promise<void> {
  await tx
    .withTables<RoutingTables>()
    .updateTable('routing_state')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .execute();
  await sql`SELECT pg_notify(${routesChannel}, '')`.execute(tx);
}

export async function findRoute(
  db: Db | Tx,
  endpoint: string,
  environment: Environment,
): Promise<EndpointRoute | undefined> {
  const row = await db
    .withTables<RoutingTables>()
    .selectFrom('endpoint_route')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('environment', '=', environment)
    .executeTakeFirst();
  return row && toRoute(row);
}

export async function readRevision(db: Db): Promise<number> {
  const row = await db
    .withTables<RoutingTables>()
    .selectFrom('routing_state')
    .select('revision')
    .executeTakeFirstOrThrow();
  return row.revision;
}

export function readRouting(db: Db): Promise<RoutingRows> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const tables = tx.withTables<RoutingTables>();
      const state = await tables.selectFrom('routing_state').select('revision').executeTakeFirstOrThrow();
      const routes = await tables
        .selectFrom('endpoint_route')
        .selectAll()
        .orderBy('endpoint')
        .orderBy('environment')
        .execute();
      const preloaded = await tables.selectFrom('preloaded_release').select('release_index').execute();
      return {
        revision: state.revision,
        routes: routes.map(toRoute),
        preloaded: preloaded.map((row) => row.release_index),
      };
    });
}

function toRoute(row: {
  endpoint: string;
  environment: Environment;
  salt: string;
  rollout_index: number;
  arms: EndpointRoute['arms'];
}): EndpointRoute {
  return {
    name: row.endpoint,
    environment: row.environment,
    salt: row.salt,
    rolloutIndex: row.rollout_index,
    arms: row.arms,
  };
}
