import { DividendError } from '@dividend/core/errors';
import type { ArtifactFolder } from './artifact-folder.ts';
import { createReviewReader } from './database-review.ts';
import { groupBy, toPairs } from './database-rows.ts';
import { createRunReader } from './database-runs.ts';
import { createTraceReader } from './database-traces.ts';
import { checkMlflowSchema } from './mlflow-schema.ts';
import type { MlflowSource, RawVersion } from './source.ts';
import { createSelect, openSqlReader, type Row, type SqlReader, toSqlitePath } from './sql-reader.ts';

/** Tables of what an import does not bring. */
const otherTables = {
  issues: 'issues',
  webhooks: 'webhooks',
  'gateway endpoints': 'endpoints',
} as const;

/**
 * Reads the database behind an MLflow server (SQLite or PostgreSQL): whole rows, so that columns may be more.
 * @throws {DividendError} SOURCE_UNREADABLE, SOURCE_NOT_MLFLOW, SOURCE_SCHEMA_UNREADABLE
 */
export async function openDatabaseSource(
  uri: string,
  artifacts: ArtifactFolder | undefined,
): Promise<MlflowSource> {
  const reader = await openSqlReader(uri);
  try {
    return await readDatabase(reader, labelOf(uri), artifacts);
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function readDatabase(
  reader: SqlReader,
  label: string,
  artifacts: ArtifactFolder | undefined,
): Promise<MlflowSource> {
  const columns = await reader.columns();
  const tables = new Set(columns.keys());
  if (!tables.has('alembic_version') || !tables.has('experiments') || !tables.has('runs')) {
    throw new DividendError(
      'SOURCE_NOT_MLFLOW',
      'invalid_argument',
      'The database of --from is not one of MLflow: it lacks its tables; give the address of the backend store',
      { field: '--from' },
    );
  }
  const [schema] = await reader.rows('SELECT version_num FROM alembic_version');
  const version = checkMlflowSchema(schema && String(schema.version_num), columns);
  const select = createSelect(reader, tables);

  return {
    ...createRunReader(reader, select, tables),
    ...createTraceReader(reader, select, tables, artifacts),
    ...createReviewReader(select),
    label,
    version,
    givesDeletedModels: true,
    close: () => reader.close(),
    experiments: async function* () {
      const tags = groupBy(await select('experiment_tags', 'experiment_id'), 'experiment_id');
      for (const row of await select('experiments', 'experiment_id')) {
        yield {
          id: row.experiment_id,
          name: row.name,
          lifecycle: row.lifecycle_stage,
          createdMs: row.creation_time,
          updatedMs: row.last_update_time,
          tags: toPairs(tags.get(String(row.experiment_id))),
        };
      }
    },
    registeredModels: async function* () {
      const tags = groupBy(await select('registered_model_tags', 'name'), 'name');
      const aliases = groupBy(await select('registered_model_aliases', 'name'), 'name');
      for (const row of await select('registered_models', 'name')) {
        yield {
          name: row.name,
          description: row.description,
          createdMs: row.creation_time,
          updatedMs: row.last_updated_time ?? row.creation_time,
          tags: toPairs(tags.get(String(row.name))),
          aliases: (aliases.get(String(row.name)) ?? []).map(
            ({ alias, version }) => [alias, version] as const,
          ),
        };
      }
    },
    versions: async function* (model) {
      const where = { name: [model] };
      const tags = groupBy(await select('model_version_tags', 'version', where), 'version');
      for (const row of await select('model_versions', 'version', where)) {
        if (row.current_stage !== 'Deleted_Internal') yield toVersion(row, tags.get(String(row.version)));
      }
    },
    files: async function* (owner) {
      if (artifacts !== undefined) yield* artifacts.files(owner);
    },
    countOthers: async () => {
      const counts: Record<string, number> = {};
      for (const [name, table] of Object.entries(otherTables)) {
        if (!tables.has(table)) continue;
        const [row] = await reader.rows(`SELECT count(*) AS n FROM ${table}`);
        if (Number(row?.n) > 0) counts[name] = Number(row?.n);
      }
      return counts;
    },
  };
}

/** The database without user and password; the same file from another folder is the same source. */
function labelOf(uri: string): string {
  if (uri.startsWith('sqlite:')) return `sqlite:///${toSqlitePath(uri)}`;
  const { hostname, port, pathname } = new URL(uri.replace(/^postgres(ql)?(\+\w+)?:/, 'http:'));
  return `postgresql://${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}

function toVersion(row: Row, tags: readonly Row[] | undefined): RawVersion {
  return {
    model: row.name,
    version: row.version,
    description: row.description,
    userId: row.user_id,
    stage: row.current_stage,
    status: row.status,
    source: row.source,
    storageLocation: row.storage_location,
    runId: row.run_id,
    runLink: row.run_link,
    createdMs: row.creation_time,
    updatedMs: row.last_updated_time ?? row.creation_time,
    tags: toPairs(tags),
  };
}
