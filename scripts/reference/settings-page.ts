import { toCode, toPage, toTable } from './page.ts';
import { readSource, readSources } from './sources.ts';

const about = `Every environment variable. Control and serving check theirs at start: a value that is not valid stops them with exit code 2 and says why.`;

/** Of programs without a file of settings: name, default, meaning. */
const others: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  'The command': [
    ['DIVIDEND_HOME', '.dividend', 'Folder of the platform; `--home` goes before it.'],
    ['DIVIDEND_URL', '', 'Address of control; `--url` goes before it.'],
    ['DIVIDEND_SERVING_URL', '', 'Address of serving, for predictions by the client.'],
    ['DATABASE_URL', '', 'PostgreSQL from 15 on, for `up` in place of the embedded one.'],
    ['DIVIDEND_PYTHON_BIN', '', 'Folder that command steps find first on their path; passed on to control.'],
    ['DIVIDEND_DEBUG', '', '`1`: shows where a fault of Dividend is.'],
    ['NO_COLOR', '', 'Set: no colours.'],
  ],
  'Given to the commands of steps': [
    ['DIVIDEND_INPUT_<NAME>', '', 'Path of an input.'],
    ['DIVIDEND_OUTPUT_DIR', '', 'Folder to write outputs to.'],
    ['DIVIDEND_PARAMS', '', 'JSON object of the params of the run.'],
    ['DIVIDEND_PIPELINE_RUN', '', 'Id of the pipeline run.'],
    ['DIVIDEND_STEP', '', 'Name of the step.'],
    ['DIVIDEND_STEP_FOLDER', '', 'Folder of the step for its runner.'],
    ['MLFLOW_TRACKING_URI', '', "Control, for MLflow's client."],
    ['MLFLOW_RUN_ID', '', 'Run to log to.'],
  ],
  Tests: [
    ['DIVIDEND_TEST_POSTGRES', 'one of its own', 'PostgreSQL that tests clone their databases in.'],
    ['DIVIDEND_TEST_PYTHON', '.venv/bin/python', "Python with MLflow's client."],
    ['DIVIDEND_TEST_LOG', '', '`1`: shows the logs of what is tested.'],
    ['DIVIDEND_TEST_FUZZ_REQUESTS', '12', 'Requests that the fuzz test sends to each operation.'],
    ['DIVIDEND_TEST_FUZZ_SEED', '20261121', 'What they are drawn from: the same seed, the same requests.'],
    ['DIVIDEND_CHROMIUM', '', 'Browser of the tests of the console.'],
  ],
};

interface Setting {
  readonly name: string;
  readonly usual: string;
  readonly range: string;
  readonly meaning: string;
}

/** @throws where the code reads a variable that the page does not have */
export function writeSettingsPage(): string {
  const control = readConfigFile('packages/server/src/platform/config.ts');
  const serving = readConfigFile('packages/serving/src/config.ts');
  checkComplete([...control, ...serving]);
  return toPage('Settings', about, [
    toPart('Control', control),
    toPart('Serving', serving),
    ...Object.entries(others).map(([title, rows]) =>
      toPart(
        title,
        rows.map(([name, usual, meaning]) => ({ name, usual, range: '', meaning })),
      ),
    ),
    'Flags: [commands and flags](commands.md).',
  ]);
}

function toPart(title: string, settings: readonly Setting[]): string {
  const hasRange = settings.some(({ range }) => range !== '');
  const rows = settings.map(({ name, usual, range, meaning }) => [
    toCode(name),
    usual === 'needed' ? usual : toCode(usual),
    ...(hasRange ? [range] : []),
    meaning,
  ]);
  return `## ${title}\n\n${toTable(['variable', 'default', ...(hasRange ? ['range'] : []), 'meaning'], rows)}`;
}

/** A file of settings: an interface with a comment a field, and one line of `readConfig` a field. */
function readConfigFile(path: string): Setting[] {
  const source = readSource(path);
  const meanings = new Map(
    [...source.matchAll(/\/\*\* (.*?) \*\/\n\s+readonly (\w+):/g)].map(([, text, field]) => [field, text]),
  );
  const reader = source.slice(
    source.indexOf('export function readConfig'),
    source.indexOf('\n}\n', source.indexOf('export function readConfig')),
  );
  const fields = reader.split(/\n\s+(?=\w+:\s)/).slice(1);
  return fields.flatMap((line) => {
    const field = /^\w+/.exec(line)?.[0] ?? '';
    const name = /environment\.(\w+)|environment, '(\w+)'/.exec(line);
    if (name === null) return [];
    const meaning = meanings.get(field);
    if (meaning === undefined) throw new Error(`Setting '${field}' in ${path} has no comment of one line`);
    return [{ name: (name[1] ?? name[2]) as string, usual: toUsual(line), range: toRange(line), meaning }];
  });
}

function toUsual(line: string): string {
  if (/required\(|readUrl\(/.test(line)) return 'needed';
  const value = /\?\? '([^']*)'|'\w+', '?([\w.-]+)'?/.exec(line);
  return (value?.[1] ?? value?.[2] ?? '').replaceAll('_', '');
}

function toRange(line: string): string {
  const range = /from: ([\d_]+), to: ([\d_]+)|, [\d_]+, ([\d_]+), ([\d_]+)\)/.exec(line);
  if (range === null) return line.includes("=== '1'") ? '`1`: on' : '';
  const [from, to] = [range[1] ?? range[3], range[2] ?? range[4]];
  return `${from}–${to}`.replaceAll('_', '');
}

function checkComplete(settings: readonly Setting[]): void {
  const known = new Set([
    ...settings.map(({ name }) => name),
    ...Object.values(others).flatMap((rows) => rows.map(([name]) => name.replace('<NAME>', ''))),
  ]);
  for (const { path, text } of readSources('packages/{server,serving,cli,sdk}/src/**/*.ts')) {
    for (const [name] of text.matchAll(/\bDIVIDEND_[A-Z_]+/g)) {
      if (!known.has(name))
        throw new Error(`${path} reads '${name}', which scripts/reference/settings-page.ts does not have`);
    }
  }
}
