// One gate before tests: format, lint, types, import rules, unused code, docs. npm run check
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const checks: readonly (readonly [string, ...string[]])[] = [
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types of the console', 'tsc', '-p', 'packages/console/tsconfig.json'],
  [
    'import rules',
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    'packages',
    'examples',
    'bench',
    'scripts',
  ],
  ['unused code', 'knip', '--no-progress', '--no-config-hints'],
  ['reference pages', 'node', 'scripts/reference.ts', '--check'],
];

let failed = 0;
for (const [name, command, ...args] of checks) {
  const started = performance.now();
  const result = spawnSync(join(root, 'node_modules/.bin', command ?? ''), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${result.status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (result.status !== 0) {
    failed++;
    console.log(result.stdout, result.stderr);
  }
}
process.exit(failed === 0 ? 0 : 1);
