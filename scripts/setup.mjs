// Does what is missing on a fresh clone, says so, then runs the given program with the project's own Node.
// Plain JavaScript without dependencies: it runs before there are any, on whatever Node the machine has.
//   node scripts/setup.mjs [--python] [--console] <program.ts> [arguments]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const flags = new Set(
  given.filter(
    (word, index) =>
      word.startsWith('--') && given.slice(0, index).every((before) => before.startsWith('--')),
  ),
);
const [program, ...programArguments] = given.slice(flags.size);
const nodeBinary = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

try {
  installPackages();
  if (flags.has('--python')) installPython();
  if (flags.has('--console')) buildConsole();
} catch (error) {
  process.stderr.write(`\nSet-up failed: ${error.message}\n`);
  process.exit(1);
}
runProgram();

function installPackages() {
  const wanted = digestOf(['package-lock.json']);
  const stamp = join(root, 'node_modules/.dividend-packages');
  if (isCurrent(stamp, wanted) && existsSync(nodeBinary)) return;
  // Not `npm ci`: it wants the packages of every platform in the lock file, also those a registry mirror leaves out.
  // onnxruntime-node would fetch CUDA libraries from elsewhere; the CPU ones are in the package.
  run(
    'Installing npm packages',
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
    { ONNXRUNTIME_NODE_INSTALL: 'skip' },
  );
  writeFileSync(stamp, wanted);
}

function installPython() {
  const lists = ['examples/flights/requirements.txt', 'packages/testkit/requirements.txt'];
  const previousList = 'packages/testkit/requirements-previous.txt';
  const wanted = digestOf([...lists, previousList]);
  const stamp = join(root, '.venv/.dividend-python');
  if (isCurrent(stamp, wanted)) return;
  const python = ['python3.12', 'python3.11', 'python3.13', 'python3', 'python'].find(isUsablePython);
  if (!python)
    throw new Error(
      'No Python from 3.10 to 3.13 was found; install python3 with its venv module, then run this again',
    );
  run('Making the Python environment', python, ['-m', 'venv', '.venv']);
  const pipInstall = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const venvPython = join(root, '.venv/bin/python');
  run('Installing Python packages (mlflow, scikit-learn, ONNX)', venvPython, [
    ...pipInstall,
    ...lists.flatMap((list) => ['-r', list]),
  ]);
  // The client of a year ago lies beside the newest, and needs nothing that is not there; tests put it first on the path.
  run('Installing the MLflow client of a year ago', venvPython, [
    ...pipInstall,
    '--no-deps',
    '--upgrade',
    '--target',
    '.venv/mlflow-previous',
    '-r',
    previousList,
  ]);
  writeFileSync(stamp, wanted);
}

function isUsablePython(name) {
  const check = spawnSync(
    name,
    ['-c', 'import sys, venv; sys.exit(not ((3, 10) <= sys.version_info[:2] <= (3, 13)))'],
    { stdio: 'ignore' },
  );
  return check.status === 0;
}

function buildConsole() {
  const wanted = digestOf([
    ...filesBelow('packages/console/src'),
    ...filesBelow('packages/contracts/src'),
    ...filesBelow('packages/sdk/src'),
    'packages/console/index.html',
    'packages/console/vite.config.ts',
    'package-lock.json',
  ]);
  const stamp = join(root, 'packages/console/dist/.dividend-console');
  if (isCurrent(stamp, wanted)) return;
  run(
    'Building the console',
    nodeBinary,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', 'packages/console'],
    {},
  );
  writeFileSync(stamp, wanted);
}

function runProgram() {
  const child = spawn(
    nodeBinary,
    ['--disable-warning=ExperimentalWarning', join(root, program), ...programArguments],
    {
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(nodeBinary)}:${process.env.PATH}` },
    },
  );
  // A terminal signals the whole group, the child included; a plain kill reaches only us, so it is passed on.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {});
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1);
  });
}

function run(what, command, args, environment = {}) {
  const started = Date.now();
  process.stderr.write(`${what} … `);
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (result.status !== 0) {
    process.stderr.write('failed\n');
    throw new Error(
      `'${command} ${args.slice(0, 3).join(' ')}' ended with ${result.status ?? result.error?.message}:\n${(result.stdout ?? '').slice(-2000)}${(result.stderr ?? '').slice(-4000)}`,
    );
  }
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function isCurrent(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of [...paths].sort())
    if (existsSync(join(root, path)))
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) mkdirSync(join(root, folder), { recursive: true });
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(join(root, path)).isFile());
}
