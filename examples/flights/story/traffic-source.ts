import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A flight as the replay sends it: what was known at departure, and the truth that comes with the landing. */
export interface Flight {
  readonly id: number;
  readonly departedMs: number;
  readonly landedMs: number;
  readonly late: 0 | 1;
  readonly features: Readonly<Record<string, number>>;
}

export interface TrafficSource {
  /** Flights that departed in [from, to), in order; of every `1 / ratio` one, the same ones at each call. */
  read(from: Date, to: Date, ratio: number): Promise<Flight[]>;
  close(): void;
}

const notFeatures = new Set(['flight_id', 'departed_at', 'landed_at', 'late']);

/** Computes the features of all flights once, with the pipeline's own SQL, and reads them from a file from then on. */
export async function openFlights(
  folder: string,
  source: string,
  exampleFolder: string,
): Promise<TrafficSource> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'flights.parquet');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '3GB',
  });
  const connection = await instance.connect();
  await connection.run(`CREATE VIEW flights AS SELECT * FROM read_parquet(${quote(source)})`);
  for (const [script, table] of [
    ['prepare.sql', 'departures'],
    ['features.sql', 'replay'],
  ] as const) {
    await runScript(connection, await readFile(join(exampleFolder, script), 'utf8'), table);
  }
  await connection.run(`COPY (SELECT * FROM replay ORDER BY departed_at) TO ${quote(file)} (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return openReplayFile(file);
}

/** Runs a script whose last statement is a query, keeping that query's rows as a table. */
async function runScript(connection: DuckDBConnection, script: string, table: string): Promise<void> {
  const text = script.trim().replace(/;$/, '');
  const end = text.lastIndexOf(';') + 1;
  if (end > 0) await connection.run(text.slice(0, end));
  await connection.run(`CREATE TEMP TABLE ${table} AS ${text.slice(end)}`);
}

async function openReplayFile(file: string): Promise<TrafficSource> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '500MB',
  });
  const connection = await instance.connect();
  const query = `SELECT * FROM read_parquet(${quote(file)})
    WHERE departed_at >= $from::TIMESTAMP AND departed_at < $to::TIMESTAMP AND hash(flight_id) % 1000000 < $share
    ORDER BY departed_at`;
  return {
    read: async (from, to, ratio) => {
      const reader = await connection.runAndReadAll(query, {
        from: toSqlTime(from),
        to: toSqlTime(to),
        share: Math.round(Math.min(ratio, 1) * 1_000_000),
      });
      return reader.getRowObjectsJS().map(toFlight);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function toFlight(row: Record<string, unknown>): Flight {
  return {
    id: Number(row.flight_id),
    departedMs: (row.departed_at as Date).getTime(),
    landedMs: (row.landed_at as Date).getTime(),
    late: Number(row.late) === 1 ? 1 : 0,
    features: Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => !notFeatures.has(name))
        .map(([name, value]) => [name, Number(value)]),
    ),
  };
}

function toSqlTime(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
