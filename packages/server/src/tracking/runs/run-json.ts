import { sql } from 'kysely';
import type { Db } from '../../platform/postgres/index.ts';
import { toKeyValues, toWireList } from '../door/index.ts';
import { type DatasetInput, loadDatasetInputs, loadModelLinks, type ModelLink } from './run-links.ts';
import type { RunInfo } from './run-store.ts';
import { toWireRunInfo } from './run-wire.ts';

/** What was logged to a run: the items of each list as JSON, without its brackets; empty where there are none. */
interface LoggedJson {
  readonly metrics: string;
  readonly params: string;
  readonly tags: string;
}

/**
 * Runs in wire form, each a JSON text. What was logged goes from PostgreSQL to the wire as the text that PostgreSQL writes: a page
 * of a thousand runs has tens of thousands of values, and none of them becomes an object here.
 */
export async function readRunsJson(db: Db, infos: readonly RunInfo[]): Promise<string[]> {
  if (infos.length === 0) return [];
  const ids = infos.map(({ runId }) => runId);
  const [logged, datasets, links] = await Promise.all([
    readLogged(db, ids),
    loadDatasetInputs(db, ids),
    loadModelLinks(db, ids),
  ]);
  return infos.map((info, index) =>
    toRunJson(info, logged[index] as LoggedJson, datasets.get(info.runId), links.get(info.runId)),
  );
}

/** A run that was made this moment. */
export function newRunJson(info: RunInfo, tags: Readonly<Record<string, string>>): string {
  return toRunJson(info, { metrics: '', params: '', tags: JSON.stringify(toKeyValues(tags)).slice(1, -1) });
}

/** In the order of the ids. */
async function readLogged(db: Db, runIds: readonly string[]): Promise<LoggedJson[]> {
  const keyValue = sql`'{"key":' || to_json(key) || ',"value":' || to_json(value) || '}'`;
  const metric = sql`'{"key":' || to_json(key) || ',"value":' || CASE WHEN is_nan THEN '"NaN"' ELSE value::text END
    || ',"timestamp":' || timestamp || ',"step":' || step || '}'`;
  const list = (table: string, item: ReturnType<typeof sql>) => sql`(
    SELECT coalesce(string_agg(${item}, ','), '')
    FROM (SELECT * FROM ${sql.table(table)} AS logged WHERE logged.run_id = id.run_id COLLATE "C" ORDER BY key) AS logged
  )`;
  const { rows } = await sql<LoggedJson>`
    SELECT ${list('run_latest_metric', metric)} AS metrics, ${list('run_param', keyValue)} AS params,
           ${list('run_tag', keyValue)} AS tags
    FROM unnest(${runIds}::text[]) WITH ORDINALITY AS id (run_id, place) ORDER BY place`.execute(db);
  return rows;
}

function toRunJson(
  info: RunInfo,
  logged: LoggedJson,
  datasets: readonly DatasetInput[] = [],
  links: readonly ModelLink[] = [],
): string {
  const lists = (['metrics', 'params', 'tags'] as const)
    .filter((name) => logged[name] !== '')
    .map((name) => `"${name}":[${logged[name]}]`);
  const inputs = JSON.stringify(toWireInputs(datasets, links));
  const outputs = JSON.stringify(toWireOutputs(links));
  return `{"info":${JSON.stringify(toWireRunInfo(info))},"data":{${lists.join(',')}},"inputs":${inputs},"outputs":${outputs}}`;
}

function toWireInputs(datasets: readonly DatasetInput[], links: readonly ModelLink[]): object {
  return {
    dataset_inputs: toWireList(
      datasets.map((input) => ({
        tags: toWireList(toKeyValues(input.tags)),
        dataset: {
          name: input.name,
          digest: input.digest,
          source_type: input.sourceType,
          source: input.source,
          schema: input.schema,
          profile: input.profile,
        },
      })),
    ),
    model_inputs: toWireList(
      links.filter(({ direction }) => direction === 'input').map(({ modelId }) => ({ model_id: modelId })),
    ),
  };
}

function toWireOutputs(links: readonly ModelLink[]): object {
  return {
    model_outputs: toWireList(
      links
        .filter(({ direction }) => direction === 'output')
        .map(({ modelId, step }) => ({ model_id: modelId, step })),
    ),
  };
}
