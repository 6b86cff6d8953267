import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const pythonLimitMs = 20_000;

/** Prints version and installed packages; isolated (-I), so that no file of the spec is imported. */
const pythonQuestion =
  'import sys, json, importlib.metadata as m; print(json.dumps([sys.version.split()[0], sorted({d.metadata["Name"] + "==" + d.version for d in m.distributions()})]))';

/**
 * What runs a command, as far as it changes outcomes: for Python the version and the installed packages, for any other
 * program its size and time.
 */
export async function describeProgram(program: string, path: string): Promise<Record<string, string>> {
  const found = await findProgram(program, path);
  if (found === undefined) return { program: `${program} (not found)` };
  if (/^python[\d.]*$/.test(basename(program))) {
    const python = await describePython(found, path);
    if (python) return python;
  }
  const { size, mtimeMs } = await stat(found);
  return { program: basename(program), build: `${size} bytes of ${new Date(mtimeMs).toISOString()}` };
}

async function describePython(found: string, path: string): Promise<Record<string, string> | undefined> {
  try {
    const { stdout } = await run(found, ['-I', '-c', pythonQuestion], {
      timeout: pythonLimitMs,
      env: { PATH: path },
    });
    const [version, packages] = JSON.parse(stdout) as [string, string[]];
    const digest = createHash('sha256').update(packages.join('\n')).digest('hex');
    return { python: version, 'python packages': `${packages.length} with digest ${digest.slice(0, 12)}` };
  } catch {
    return undefined;
  }
}

async function findProgram(program: string, path: string): Promise<string | undefined> {
  if (isAbsolute(program)) return (await isExecutable(program)) ? program : undefined;
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, program);
    if (folder !== '' && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
