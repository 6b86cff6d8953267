import type { AppliedSpec, ModelSpec } from '@dividend/contracts/spec';
import { type Generated, sql } from 'kysely';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { SpecFile } from './resolve-files.ts';

type SpecTables = {
  spec: { digest: string; model: string; spec: ModelSpec; files: readonly SpecFile[] };
  spec_application: {
    position: Generated<number>;
    model: string;
    spec_digest: string;
    base_dir: string;
    applied_at: Date;
  };
};

/** What an apply brings. */
export type NewSpec = Omit<AppliedSpec, 'appliedAt'> & { readonly appliedAt: Date };

/** One apply of a model at a time, until the transaction ends. */
export async function lockModel(tx: Tx, model: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`spec/${model}`}, 0))`.execute(tx);
}

export async function insertSpec(tx: Tx, applied: NewSpec): Promise<void> {
  const tables = tx.withTables<SpecTables>();
  await tables
    .insertInto('spec')
    .values({
      digest: applied.digest,
      model: applied.model,
      spec: JSON.stringify(applied.spec) as never,
      files: JSON.stringify(applied.files) as never,
    })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
  await tables
    .insertInto('spec_application')
    .values({
      model: applied.model,
      spec_digest: applied.digest,
      base_dir: applied.baseDir,
      applied_at: applied.appliedAt,
    })
    .execute();
}

/** No apply of a model, until the transaction ends. */
export async function holdModel(tx: Tx, model: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`spec/${model}`}, 0))`.execute(tx);
}

/** The newest application that fits. */
export async function findSpec(
  db: Db,
  by: { readonly model: string } | { readonly digest: string },
): Promise<AppliedSpec | undefined> {
  const found = await selectApplications(db)
    .where((where) =>
      'model' in by ? where('a.model', '=', by.model) : where('a.spec_digest', '=', by.digest),
    )
    .orderBy('a.position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found && toAppliedSpec(found);
}

/** The spec in force of each model, by name. */
export async function listSpecs(db: Db): Promise<AppliedSpec[]> {
  const rows = await selectApplications(db)
    .distinctOn('a.model')
    .orderBy('a.model')
    .orderBy('a.position', 'desc')
    .execute();
  return rows.map(toAppliedSpec);
}

function selectApplications(db: Db) {
  return db
    .withTables<SpecTables>()
    .selectFrom('spec_application as a')
    .innerJoin('spec as s', 's.digest', 'a.spec_digest')
    .select(['s.model', 's.digest', 's.spec', 's.files', 'a.base_dir', 'a.applied_at']);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectApplications>['executeTakeFirstOrThrow']>>;

function toAppliedSpec(row: Row): AppliedSpec {
  return {
    model: row.model,
    digest: row.digest,
    spec: row.spec,
    baseDir: row.base_dir,
    files: [...row.files],
    appliedAt: row.applied_at.toISOString(),
  };
}
