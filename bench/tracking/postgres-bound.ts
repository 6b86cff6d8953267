import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { RequestRow } from './request-rows.ts';
import { historyKey, plan, type Seeded } from './seed-plan.ts';

/** What the machine itself takes for a row: its statements straight on PostgreSQL, one prepared statement and commit a request. */
export interface Bound {
  run(connection: number, sequence: number): Promise<void>;
  close(): Promise<void>;
}

interface Statement {
  readonly text: string;
  values(seeded: Seeded, connection: number, sequence: number): unknown[];
}

const logMetricsText = `
  WITH run AS (SELECT FROM run WHERE run_id = $1 AND lifecycle_stage = 'active'),
  input AS (SELECT * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::float8[]) AS m (key, timestamp, step, value)),
  history AS (
    INSERT INTO run_metric (run_id, key, timestamp, step, value, is_nan)
    SELECT $1, input.*, false FROM input, run ON CONFLICT DO NOTHING
  )
  INSERT INTO run_latest_metric AS latest (run_id, key, timestamp, step, value, is_nan)
  SELECT $1, input.*, false FROM input, run ORDER BY key COLLATE "C"
  ON CONFLICT (run_id, key) DO UPDATE
  SET timestamp = excluded.timestamp, step = excluded.step, value = excluded.value, is_nan = excluded.is_nan
  WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)`;

function logMetrics(firstRun: number, count: number): Statement {
  return {
    text: logMetricsText,
    values: ({ writtenRuns }, connection, sequence) => [
      writtenRuns[firstRun + connection],
      Array.from({ length: count }, (_, index) => `m${index}`),
      new Array(count).fill(Date.now()),
      new Array(count).fill(sequence),
      new Array(count).fill(1 / (1 + (sequence % 1000))),
    ],
  };
}

const loggedLists = `
  (SELECT json_agg(json_build_array(key, value, timestamp, step, is_nan)) FROM run_latest_metric AS m WHERE m.run_id = r.run_id),
  (SELECT json_agg(json_build_array(key, value)) FROM run_param AS p WHERE p.run_id = r.run_id),
  (SELECT json_agg(json_build_array(key, value)) FROM run_tag AS t WHERE t.run_id = r.run_id)`;

const versionColumns = `v.*, (SELECT json_object_agg(t.key, t.value) FROM model_version_tag AS t
  WHERE t.name = v.name AND t.version = v.version) AS tags`;

/** As large as what the spans of a request hold. */
const spanContent = JSON.stringify({
  attributes: {
    'mlflow.spanInputs': { question: 'Which flights are late today?', step: 1 },
    'mlflow.spanOutputs': { answer: 'Those through Chicago, by forty minutes.' },
    filler: 'x'.repeat(200),
  },
});

/** By the name of the row; a row without one has no bound on PostgreSQL. */
const statements: Readonly<Record<string, Statement>> = {
  'runs/create': {
    text: `
      WITH made AS (
        INSERT INTO run (run_id, experiment_id, name, user_id, status, started_ms, artifact_uri)
        VALUES ($1::text, $2::bigint, $3::text, '', 'RUNNING', $4, 'mlflow-artifacts:/' || $2::bigint || '/' || $1::text || '/artifacts')
      ), tag AS (
        INSERT INTO run_tag (run_id, key, value) SELECT $1::text, key, $3::text
        FROM unnest(ARRAY['mlflow.runName', 'mlflow.source.name', 'mlflow.source.type', 'mlflow.user']) AS key
      )
      INSERT INTO ledger_entry (id, type, subject, actor, time, canonical, data)
      VALUES ($1::text, 'bench.written', 'run/' || $1::text, 'bench', now(), $5::text, $5::text::jsonb)`,
    values: ({ writtenExperiment }, _, sequence) => [
      randomUUID(),
      Number(writtenExperiment),
      `made-${sequence}`,
      Date.now(),
      JSON.stringify({ runId: randomUUID(), filler: 'x'.repeat(300) }),
    ],
  },
  'log-metric': logMetrics(300, 1),
  'log-batch, 10 metrics': logMetrics(400, 10),
  'log-batch, 500 metrics': logMetrics(500, 500),
  'log-batch, 100 params': {
    text: `
      INSERT INTO run_param (run_id, key, value) SELECT $1, key, value
      FROM unnest($2::text[], $3::text[]) AS p (key, value)
      WHERE EXISTS (SELECT FROM run WHERE run_id = $1 AND lifecycle_stage = 'active') ON CONFLICT DO NOTHING`,
    values: ({ writtenRuns }, _, sequence) => [
      writtenRuns[sequence % writtenRuns.length],
      Array.from({ length: 100 }, (_, index) => `p${index}-${sequence}`),
      Array.from({ length: 100 }, (_, index) => String(index / 7)),
    ],
  },
  'runs/search, 1000 of 20 000': {
    text: `
      SELECT r.*, ${loggedLists}
      FROM run AS r WHERE r.experiment_id = $1 AND r.lifecycle_stage = 'active' AND EXISTS (
        SELECT FROM run_latest_metric AS m WHERE m.run_id = r.run_id AND m.key = 'metric-0' AND NOT m.is_nan AND m.value > 0.5)
      ORDER BY r.started_ms DESC, r.run_id LIMIT 1001`,
    values: ({ searchedExperiment }) => [Number(searchedExperiment)],
  },
  'runs/search, 100, sorted by a metric': {
    text: `
      SELECT r.*, ${loggedLists}
      FROM run AS r LEFT JOIN run_latest_metric AS sorted ON sorted.run_id = r.run_id AND sorted.key = 'metric-1'
      WHERE r.experiment_id = $1 AND r.lifecycle_stage = 'active' AND EXISTS (
        SELECT FROM run_latest_metric AS m WHERE m.run_id = r.run_id AND m.key = 'metric-0' AND NOT m.is_nan AND m.value > 0.5)
        AND EXISTS (SELECT FROM run_param AS p
          WHERE p.run_id = r.run_id AND p.key = 'param-1' AND p.value = '42' AND left(p.value, 256) = '42')
      ORDER BY sorted.value DESC NULLS LAST, r.started_ms DESC, r.run_id LIMIT 101`,
    values: ({ searchedExperiment }) => [Number(searchedExperiment)],
  },
  'experiments/search, 1000': {
    text: `
      SELECT e.*, (SELECT json_object_agg(t.key, t.value) FROM experiment_tag AS t WHERE t.experiment_id = e.experiment_id) AS tags
      FROM experiment AS e WHERE e.lifecycle_stage = 'active' ORDER BY e.created_ms DESC, e.experiment_id LIMIT 1001`,
    values: () => [],
  },
  'metric history, 10 000 points': {
    text: `SELECT timestamp, step, value, is_nan FROM run_metric WHERE run_id = $1 AND key = $2
      ORDER BY timestamp, step, value, is_nan LIMIT 25001`,
    values: ({ historyRun }) => [historyRun, historyKey],
  },
  'model-versions/search by name, 10 of 10 000': {
    text: `SELECT ${versionColumns} FROM model_version AS v JOIN registered_model AS m USING (name)
      WHERE v.name = $1 AND NOT m.is_prompt ORDER BY v.updated_ms DESC, v.version DESC LIMIT 101`,
    values: (_seeded, _connection, sequence) => [
      `model-${String((sequence * 7919) % plan.models).padStart(4, '0')}`,
    ],
  },
  'model-versions/search by tag, 1000 of 10 000': {
    text: `SELECT ${versionColumns} FROM model_version AS v JOIN registered_model AS m USING (name)
      WHERE NOT m.is_prompt AND EXISTS (SELECT FROM model_version_tag AS kv
        WHERE kv.name = v.name AND kv.version = v.version AND kv.key = 'stage' AND kv.value = 'test')
      ORDER BY v.updated_ms DESC, v.name, v.version DESC LIMIT 1001`,
    values: () => [],
  },
  'registered-models/search, 100 of 1000': {
    text: `SELECT m.*, (SELECT json_agg(v.*) FROM (SELECT DISTINCT ON (current_stage) * FROM model_version
        WHERE name = m.name ORDER BY current_stage, version DESC) AS v) AS latest
      FROM registered_model AS m WHERE NOT m.is_prompt AND m.name LIKE 'model-0%' ORDER BY m.name LIMIT 101`,
    values: () => [],
  },
  'OTLP, 10 spans': {
    text: `
      WITH sent AS (
        INSERT INTO span (trace_id, span_id, parent_span_id, name, type, status, started_ns, ended_ns, content)
        SELECT $1::text, span_id, CASE WHEN place > 1 THEN ($3::text[])[1] END, 'tool-' || place, 'TOOL', 'OK', $4, $4, $5
        FROM unnest($3::text[]) WITH ORDINALITY AS s (span_id, place) ON CONFLICT DO NOTHING
      )
      INSERT INTO trace (trace_id, experiment_id, state, started_ms, duration_ms, request_preview, response_preview, tags, metadata, is_finalized, span_count, span_bytes)
      VALUES ($1::text, $2, 'OK', $4::bigint / 1000000, 1000, 'Which?', 'Those.', $6, '{}', false, 10, 10 * length($5::text))`,
    values: ({ writtenExperiment }) => [
      `tr-${randomUUID().replaceAll('-', '')}`,
      Number(writtenExperiment),
      Array.from({ length: 10 }, () => randomBytes(8).toString('hex')),
      String(BigInt(Date.now()) * 1_000_000n),
      spanContent,
      JSON.stringify({ 'mlflow.traceName': 'answer', 'service.name': 'bench' }),
    ],
  },
};

export function hasBound({ name }: RequestRow): boolean {
  return Object.hasOwn(statements, name) || name.startsWith('artifact ');
}

export async function openBound(row: RequestRow, databaseUrl: string, seeded: Seeded): Promise<Bound> {
  const statement = statements[row.name];
  if (statement === undefined) return openFileBound(row);
  const clients = Array.from(
    { length: row.connections },
    () => new pg.Client({ connectionString: databaseUrl }),
  );
  await Promise.all(clients.map((client) => client.connect()));
  return {
    run: async (connection, sequence) => {
      const values = statement.values(seeded, connection, sequence);
      await clients[connection]?.query({ name: 'bound', text: statement.text, values });
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

const artifactBytes = 100_000_000;
const pieceBytes = 65_536;

/** A file of 100 MB hashed, written and synced, or read: what an upload or download is without HTTP. */
async function openFileBound(row: RequestRow): Promise<Bound> {
  const piece = randomBytes(pieceBytes);
  const folder = tmpdir();
  const paths = Array.from({ length: row.connections }, () => join(folder, `bench-bound-${randomUUID()}`));
  const write = async (path: string): Promise<void> => {
    const hash = createHash('sha256');
    const file = await open(path, 'w');
    for (let written = 0; written < artifactBytes; written += pieceBytes) {
      hash.update(piece);
      await file.write(piece);
    }
    await file.sync();
    await file.close();
    hash.digest();
  };
  const read = async (path: string): Promise<void> => {
    for await (const _ of createReadStream(path));
  };
  const isPut = row.name.startsWith('artifact put');
  if (!isPut) await Promise.all(paths.map(write));
  return {
    run: (connection) => (isPut ? write : read)(paths[connection] ?? ''),
    close: async () => {
      await Promise.all(paths.map((path) => rm(path, { force: true })));
    },
  };
}
