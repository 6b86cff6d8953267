import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** A flight as prepare.sql gives it; times are minutes since 2001-01-01 00:00 UTC. */
interface Departure {
  readonly id: number;
  readonly departedAt: number;
  readonly landedAt: number;
  readonly origin: string;
  readonly destination: string;
  readonly late: number;
}

type Row = Record<string, number>;

const FLIGHTS = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));
const HOUR = 60;
const DAY = 24 * HOUR;
const QUARTER = 15;

const sql = (name: string) => readFile(new URL(name, import.meta.url), 'utf8');
let duckdb: DuckDBConnection;

before(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  // six hubs over forty days: small, but the 28-day window really closes
  await duckdb.run(`CREATE TABLE flights AS SELECT * FROM '${FLIGHTS}'
    WHERE date < '2001-02-10' AND origin IN ('ORD', 'DFW', 'LAX', 'PHX', 'LGA', 'DEN')
      AND destination IN ('ORD', 'DFW', 'LAX', 'PHX', 'LGA', 'DEN')`);
  await duckdb.run(`CREATE TABLE departures AS ${await lastStatementOf('prepare.sql')}`);
});

after(() => duckdb.closeSync());

test('prepare.sql puts landings after departures and numbers flights in the order of departure', async () => {
  const [row] =
    await query(`SELECT count(*)::INT AS flights, count(DISTINCT flight_id)::INT AS ids, max(flight_id) AS last,
    count(*) FILTER (landed_at < departed_at + INTERVAL '30 minutes')::INT AS early,
    count(*) FILTER (departed_at < before)::INT AS unordered
    FROM (SELECT *, lag(departed_at) OVER (ORDER BY flight_id) AS before FROM departures)`);
  assert.ok(row && Number(row.flights) > 10_000);
  assert.deepEqual([row.ids, row.last, row.early, row.unordered], [row.flights, row.flights, 0, 0]);
});

test('prepare.sql reads the local clock: Los Angeles is three hours behind New York, Phoenix keeps no summer time', async () => {
  await duckdb.run(`CREATE OR REPLACE TABLE few AS SELECT * FROM (VALUES
    (TIMESTAMP '2001-03-01 12:00', 0, 100, 'LAX', 'PHX'), (TIMESTAMP '2001-03-01 12:00', 0, 100, 'LGA', 'PHX'),
    (TIMESTAMP '2001-05-01 12:00', 0, 100, 'PHX', 'LAX'), (TIMESTAMP '2001-05-01 12:00', 20, 100, 'ORD', 'LAX'),
    (TIMESTAMP '2001-05-01 03:59', 90, 100, 'ORD', 'LAX')) AS few(date, delay, distance, origin, destination)`);
  const prepared = await lastStatementOf('prepare.sql', 'few');
  const rows = await query(
    `SELECT origin || ' ' || hour(departed_at) || ' ' || hour || ' ' || late || ' ' ||
      date_diff('minute', departed_at, landed_at) AS line FROM (${prepared}) ORDER BY flight_id`,
  );
  assert.deepEqual(
    rows.map((row) => row.line),
    ['LGA 17 12.0 0 44', 'LAX 20 12.0 0 44', 'ORD 17 12.0 1 64', 'PHX 19 12.0 0 44'],
  );
});

test('features.sql equals a count over the flights that had landed, flight by flight', async () => {
  const departures = await readDepartures();
  const features = new Map((await readFeatures('features.sql')).map((row) => [row.flight_id, row]));
  assert.equal(features.size, departures.length);
  for (const flight of departures.filter((_, index) => index % 97 === 0)) {
    const row = features.get(flight.id);
    for (const [name, expected] of Object.entries(historyOf(flight, departures)))
      assert.ok(
        Math.abs((row?.[name] ?? Number.NaN) - expected) < 1e-6,
        `${name} of flight ${flight.id}: ${row?.[name]}, counted ${expected}`,
      );
  }
});

test('features.sql knows nothing of flights still in the air or not yet departed', async () => {
  assert.equal(await changedByTheFuture('features.sql'), 0);
});

test('features-leaking.sql does know the future, so the check above can fail', async () => {
  assert.ok((await changedByTheFuture('features-leaking.sql')) > 100);
});

test('features-leaking.sql differs from features.sql in one line of code', async () => {
  const code = async (name: string) => (await sql(name)).split('\n').filter((line) => !line.startsWith('--'));
  const honest = await code('features.sql');
  const changed = (await code('features-leaking.sql')).filter((line) => !honest.includes(line));
  assert.deepEqual(changed, ["  time_bucket(INTERVAL '15 minutes', departed_at) AS known"]);
});

/** Turns every outcome that was unknown at a moment into its opposite; how many earlier feature rows notice? */
async function changedByTheFuture(name: string): Promise<number> {
  const moment = "TIMESTAMP '2001-02-07 21:10'";
  await duckdb.run(`CREATE OR REPLACE TEMP TABLE truth AS ${await lastStatementOf(name)}`);
  const flipped = `(SELECT * REPLACE (CASE WHEN landed_at > ${moment} THEN 1 - late ELSE late END AS late) FROM departures)`;
  await duckdb.run(`CREATE OR REPLACE TABLE flipped AS FROM ${flipped}`);
  const [row] = await query(`SELECT count(*)::INT AS changed FROM (
    (SELECT * EXCLUDE late FROM truth WHERE departed_at <= ${moment})
    EXCEPT (SELECT * EXCLUDE late FROM (${await lastStatementOf(name, 'flipped')}) WHERE departed_at <= ${moment}))`);
  return Number(row?.changed);
}

/** The history features by plain counting, straight from their meaning. */
function historyOf(flight: Departure, departures: readonly Departure[]): Row {
  const now = Math.floor(flight.departedAt / QUARTER) * QUARTER;
  const landed = (window: number, where: (other: Departure) => boolean) =>
    departures.filter((other) => {
      const known = Math.ceil(other.landedAt / QUARTER) * QUARTER;
      return known <= now && known > now - window && where(other);
    });
  const ratio = (flights: readonly Departure[], prior = 5) =>
    (flights.reduce((sum, other) => sum + other.late, 0) + 0.2 * prior) / (flights.length + prior);
  const into = (airport: string) => (other: Departure) => other.destination === airport;
  const onRoute = (other: Departure) =>
    other.origin === flight.origin && other.destination === flight.destination;
  return {
    origin_arrivals_late_1h: ratio(landed(HOUR, into(flight.origin))),
    origin_departures_late_2h: ratio(landed(2 * HOUR, (other) => other.origin === flight.origin)),
    origin_arrivals_24h: landed(DAY, into(flight.origin)).length,
    destination_arrivals_late_1h: ratio(landed(HOUR, into(flight.destination))),
    destination_arrivals_late_24h: ratio(landed(DAY, into(flight.destination))),
    destination_arrivals_24h: landed(DAY, into(flight.destination)).length,
    route_late_24h: ratio(landed(DAY, onRoute)),
    route_late_28d: ratio(landed(28 * DAY, onRoute), 20),
  };
}

async function readDepartures(): Promise<Departure[]> {
  const minutes = (column: string) => `date_diff('minute', TIMESTAMP '2001-01-01', ${column})::INT`;
  const rows = await query(
    `SELECT flight_id AS id, ${minutes('departed_at')} AS "departedAt", ${minutes('landed_at')} AS "landedAt",
      origin, destination, late FROM departures ORDER BY flight_id`,
  );
  return rows as unknown as Departure[];
}

async function readFeatures(name: string): Promise<Row[]> {
  return (await query(
    `SELECT * EXCLUDE (departed_at, landed_at) FROM (${await lastStatementOf(name)})`,
  )) as unknown as Row[];
}

async function query(text: string) {
  return (await duckdb.runAndReadAll(text)).getRowObjects();
}

/** Runs all statements of the file but the last one and gives that one back, as the platform's sql step does. */
async function lastStatementOf(name: string, input?: string): Promise<string> {
  let text = await sql(name);
  if (input) text = text.replaceAll(/\bFROM (flights|departures)\b/g, `FROM ${input}`);
  const statements = text.split(/;\n/).filter((statement) => statement.trim() !== '');
  const last = statements.pop();
  if (last === undefined) throw new Error(`No statement in ${name}`);
  for (const statement of statements) await duckdb.run(statement);
  return last;
}
