import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface MlflowInstall {
  readonly python: string;
  readonly version: string;
}

/**
 * The newest `mlflow` of the package index in an environment of its own (`.venv-bench`), which is made at the first call and kept.
 * @throws {Error} where no Python from 3.10 on is found, or pip fails
 */
export async function installMlflow(root: string): Promise<MlflowInstall> {
  const folder = join(root, '.venv-bench');
  const python = join(folder, 'bin/python');
  const stamp = join(folder, 'bin/mlflow');
  if (!existsSync(stamp)) {
    process.stderr.write('Installing mlflow into .venv-bench …\n');
    await run(findPython(), ['-m', 'venv', folder]);
    const packages = ['--upgrade', 'mlflow', 'psycopg2-binary'];
    await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], { maxBuffer: 64e6 });
  }
  const { stdout } = await run(python, [
    '-c',
    "import importlib.metadata as m; print(m.version('mlflow'), end='')",
  ]);
  return { python, version: stdout };
}

function findPython(): string {
  const check = ['-c', 'import sys, venv; sys.exit(sys.version_info[:2] < (3, 10))'];
  const found = ['python3.12', 'python3.11', 'python3.13', 'python3'].find(
    (name) => spawnSync(name, check, { stdio: 'ignore' }).status === 0,
  );
  if (found === undefined) throw new Error('No Python from 3.10 on was found; install python3 with venv');
  return found;
}
