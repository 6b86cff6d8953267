import { DividendError } from '@dividend/core/errors';

/** One manual deployment as the file has it; null: the cell is empty, not recorded. */
export type BaselineRow = {
  readonly line: number;
  readonly deployment_id: string;
  readonly model: string;
  readonly started_on: string;
} & { readonly [Column in (typeof numberColumns)[number]]: number | null };

export interface BaselineFile {
  /** The leading lines that start with `#`. */
  readonly note: string;
  readonly rows: readonly BaselineRow[];
}

const numberColumns = [
  'engineer_hours',
  'incident_hours',
  'compliance_hours',
  'infrastructure_hours',
  'monitoring_hours',
  'documentation_hours',
  'waiting_hours',
  'incidents',
  'incident_cost_usd',
  'downtime_minutes',
] as const;
/** The file says `incident`: 0 or 1 a deployment. */
const header = `deployment_id,model,started_on,${numberColumns.join(',').replace('incidents', 'incident')}`;
const columnCount = header.split(',').length;

/** A person keeps some hundred such records; more is another kind of file. */
const maxRows = 10_000;
const maxNoteChars = 2_000;
/** More hours than a year has, or more money than a deployment can cost, is a slip of the keyboard. */
const maxima: Partial<Record<(typeof numberColumns)[number], number>> = {
  incidents: 1,
  incident_cost_usd: 1e9,
  downtime_minutes: 600_000,
};
const maxHours = 10_000;

/**
 * Reads records of manual deployments. Strict: exactly the columns of `header` in their order, plain cells without
 * quotes, an id once; an empty cell of a number is "not recorded".
 * @throws {DividendError} BASELINE_CSV_INVALID naming line and column
 */
export function parseBaselineCsv(text: string): BaselineFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const headerIndex = lines.findIndex((line) => !line.startsWith('#'));
  const note = lines
    .slice(0, headerIndex)
    .map((line) => line.slice(1).trim())
    .join('\n');
  if (note.length > maxNoteChars) throw invalid(1, `the note is longer than ${maxNoteChars} characters`);
  if (lines[headerIndex] !== header)
    throw invalid(
      headerIndex + 1,
      `the header must be '${header}', is '${lines[headerIndex]?.slice(0, 200)}'`,
    );
  const rows: BaselineRow[] = [];
  const ids = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (index <= headerIndex || (line === '' && index === lines.length - 1)) continue;
    const row = parseRow(line, index + 1);
    if (ids.has(row.deployment_id))
      throw invalid(row.line, `deployment_id '${row.deployment_id}' was there before`);
    ids.add(row.deployment_id);
    if (rows.push(row) > maxRows) throw invalid(row.line, `more than ${maxRows} records`);
  }
  if (rows.length === 0) throw invalid(headerIndex + 1, 'there is no record below the header');
  return { note, rows };
}

function parseRow(line: string, number: number): BaselineRow {
  if (line.includes('"')) throw invalid(number, 'quotes are not understood; write plain cells');
  const cells = line.split(',').map((cell) => cell.trim());
  if (cells.length !== columnCount)
    throw invalid(number, `${cells.length} cells where the header has ${columnCount}`);
  const [id = '', model = '', startedOn = '', ...numbers] = cells;
  if (!/^[\w.:-]{1,128}$/.test(id))
    throw invalid(number, `deployment_id '${id}' is not 1–128 of A–Z a–z 0–9 _ . : -`);
  if (!/^[\w.-]{1,63}$/.test(model)) throw invalid(number, `model '${model}' is not a name`);
  if (!isDate(startedOn)) throw invalid(number, `started_on '${startedOn}' is not a day such as 2026-01-31`);
  const values = numberColumns.map((column, index) => [
    column,
    parseNumber(column, numbers[index] ?? '', number),
  ]);
  const row = {
    line: number,
    deployment_id: id,
    model,
    started_on: startedOn,
    ...Object.fromEntries(values),
  };
  if (row.incidents === 0 && row.incident_cost_usd > 0)
    throw invalid(number, `incident is 0, yet incident_cost_usd is ${row.incident_cost_usd}`);
  return row;
}

function parseNumber(column: (typeof numberColumns)[number], cell: string, line: number): number | null {
  if (cell === '') return null;
  const max = maxima[column] ?? maxHours;
  const value = /^\d{1,12}(\.\d{1,6})?$/.test(cell) ? Number(cell) : Number.NaN;
  if (value >= 0 && value <= max && (column !== 'incidents' || Number.isInteger(value))) return value;
  const name = column === 'incidents' ? 'incident' : column;
  throw invalid(
    line,
    `${name} '${cell}' is not a number from 0 to ${max}${column === 'incidents' ? ', whole' : ''}`,
  );
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function invalid(line: number, why: string): DividendError {
  return new DividendError(
    'BASELINE_CSV_INVALID',
    'invalid_argument',
    `Baseline cannot be imported: line ${line}: ${why}; nothing was imported`,
    { field: `line ${line}` },
  );
}
