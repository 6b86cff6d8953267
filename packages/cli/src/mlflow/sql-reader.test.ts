import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openSqlReader } from './sql-reader.ts';

const folder = await mkdtemp(join(tmpdir(), 'dividend-sqlite-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Holds the file for itself, as a server that commits, and lets go while the reader waits. */
const writer = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(workerData);
  database.exec('BEGIN EXCLUSIVE; INSERT INTO runs VALUES (2)');
  parentPort.postMessage('held');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  database.exec('COMMIT');
`;

test('openSqlReader: waits for a server that writes to its SQLite file', async () => {
  const path = join(folder, 'mlflow.db');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE runs (run_uuid INTEGER); INSERT INTO runs VALUES (1)');
  database.close();
  const reader = await openSqlReader(`sqlite:///${path}`);
  const worker = new Worker(writer, { eval: true, workerData: path });
  await new Promise((resolve) => worker.once('message', resolve));
  assert.equal((await reader.rows('SELECT * FROM runs')).length, 2);
  await reader.close();
});
