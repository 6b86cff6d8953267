// Runs every test on one embedded PostgreSQL: npm test [-- part of a file name].
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { startTestPostgres } from '@dividend/testkit/test-database';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const files = globSync(['packages/*/src/**/*.test.ts', 'examples/*/*.test.ts', 'scripts/*.test.ts'], {
  cwd: root,
})
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`No test file matches '${wanted.join(' ')}'`);
  process.exit(1);
}

const postgres = await startTestPostgres();
const runner = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-reporter=spec',
    '--test-timeout=300000',
    '--test-concurrency=2',
    ...files,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      DIVIDEND_TEST_POSTGRES: postgres.url,
      DIVIDEND_TEST_PYTHON: process.env.DIVIDEND_TEST_PYTHON ?? join(root, '.venv/bin/python'),
    },
  },
);
const code = await new Promise<number>((resolve) => runner.on('exit', (status) => resolve(status ?? 1)));
await postgres.stop();
process.exit(code);
