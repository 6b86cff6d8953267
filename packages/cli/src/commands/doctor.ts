import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { createContext, type GlobalOptions } from '../command-context.ts';
import { formatState, formatTable } from '../output/style.ts';
import { findPostgresBinaries } from '../postgres/postgres-binaries.ts';
import { checkDatabase } from '../supervisor/check-database.ts';
import { findRunningPlatform } from '../supervisor/home-lock.ts';

interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'failed' | 'warning';
  readonly detail: string;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Check what the platform needs on this machine; exit code 1 where something is missing')
    .addHelpText('after', '\nExamples:\n  dividend doctor\n  dividend doctor --json')
    .action(async (_options: unknown, command: Command) => {
      const { home } = command.optsWithGlobals<GlobalOptions>();
      const { print, client } = await createContext(command);
      const findings = await Promise.all([
        checkNode(),
        checkPostgres(),
        checkInference(),
        checkPython(),
        checkDisk(resolve(home)),
        checkPlatform(resolve(home), () => client.overview()),
      ]);
      print(findings, (all) =>
        formatTable(
          ['check', 'state', 'detail'],
          all.map(({ check, state, detail }) => [check, formatState(state), detail]),
        ),
      );
      if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1;
    });
}

async function checkNode(): Promise<Finding> {
  const major = Number(process.versions.node.split('.')[0]);
  return {
    check: 'Node',
    state: major >= 24 ? 'ok' : 'failed',
    detail:
      major >= 24
        ? process.versions.node
        : `${process.versions.node}; run npm install, the project brings Node 24`,
  };
}

async function checkPostgres(): Promise<Finding> {
  const check = 'PostgreSQL';
  if (!process.env.DATABASE_URL) {
    return findPostgresBinaries().then(
      ({ postgres }) => ({ check, state: 'ok', detail: `embedded, ${postgres}` }),
      (error: Error) => ({ check, state: 'failed', detail: error.message }),
    );
  }
  return checkDatabase(process.env.DATABASE_URL).then(
    (major) => ({ check, state: 'ok', detail: `version ${major} by DATABASE_URL` }),
    (error: Error) => ({ check, state: 'failed', detail: error.message }),
  );
}

async function checkInference(): Promise<Finding> {
  const program = join(import.meta.dirname, '../../../serving/src/trial-main.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '-e',
      "import('onnxruntime-node').then((m) => console.log(Object.keys(m).length > 0 ? 'loads' : ''))",
    ],
    { cwd: join(program, '..') },
  ).catch((error: Error) => ({ stdout: '', error }));
  return stdout.includes('loads')
    ? { check: 'ONNX Runtime', state: 'ok', detail: 'loads' }
    : {
        check: 'ONNX Runtime',
        state: 'failed',
        detail: 'onnxruntime-node does not load; run npm install on a supported platform',
      };
}

async function checkPython(): Promise<Finding> {
  const python = process.env.DIVIDEND_PYTHON_BIN
    ? join(process.env.DIVIDEND_PYTHON_BIN, 'python')
    : join(import.meta.dirname, '../../../../.venv/bin/python');
  return promisify(execFile)(python, [
    '-c',
    'import importlib.metadata as m; print([d.version for d in m.distributions() if d.name in ("mlflow", "mlflow-skinny")][0])',
  ]).then(
    ({ stdout }) => ({ check: 'Python', state: 'ok', detail: `${python}, mlflow ${stdout.trim()}` }),
    () => ({
      check: 'Python',
      state: 'warning',
      detail: `no Python with mlflow at '${python}'; needed only for pipeline steps in Python (set DIVIDEND_PYTHON_BIN)`,
    }),
  );
}

const wantedFreeBytes = 2e9;

async function checkDisk(home: string): Promise<Finding> {
  const stats = await statfs(home).catch(() => statfs(join(home, '..')));
  const free = stats.bavail * stats.bsize;
  return {
    check: 'Disk',
    state: free > wantedFreeBytes ? 'ok' : 'warning',
    detail: `${(free / 1e9).toFixed(1)} GB free at '${home}'`,
  };
}

async function checkPlatform(home: string, overview: () => Promise<unknown>): Promise<Finding> {
  const running = await findRunningPlatform(home);
  if (!running)
    return {
      check: 'Platform',
      state: 'warning',
      detail: `not running on '${home}'; start it with 'dividend up'`,
    };
  return overview().then(
    () => ({ check: 'Platform', state: 'ok', detail: `${running.controlUrl}, process ${running.pid}` }),
    (error: Error) => ({ check: 'Platform', state: 'failed', detail: error.message }),
  );
}
