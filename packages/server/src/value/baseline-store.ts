import type { BaselineImport } from '@dividend/contracts/api';
import type { BaselineLabel, BaselineRecord } from '@dividend/core/value';
import type { Db, Tx } from '../platform/postgres/index.ts';
import type { BaselineRow } from './parse-baseline-csv.ts';
import type { ValueTables } from './value-tables.ts';

export interface NewImport {
  readonly model: string;
  readonly digest: string;
  readonly label: BaselineLabel;
  readonly note: string;
  readonly entryId: string;
  readonly importedAt: Date;
  readonly rows: readonly BaselineRow[];
}

/** PostgreSQL takes 65 535 parameters a statement. */
const rowsPerInsert = 1_000;

export async function insertImport(tx: Tx, { rows, entryId, importedAt, ...rest }: NewImport): Promise<void> {
  const tables = tx.withTables<ValueTables>();
  const { import_index } = await tables
    .insertInto('value_baseline_import')
    .values({ ...rest, entry_id: entryId, imported_at: importedAt })
    .returning('import_index')
    .executeTakeFirstOrThrow();
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    const batch = rows.slice(start, start + rowsPerInsert).map((row) => ({ ...row, import_index }));
    await tables.insertInto('value_baseline_record').values(batch).execute();
  }
}

/** Newest first: the first one is in force. */
export async function listImports(db: Db | Tx, model: string): Promise<BaselineImport[]> {
  const rows = await db
    .withTables<ValueTables>()
    .selectFrom('value_baseline_import as import')
    .selectAll('import')
    .select((expression) =>
      expression
        .selectFrom('value_baseline_record as record')
        .whereRef('record.import_index', '=', 'import.import_index')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('records'),
    )
    .where('model', '=', model)
    .orderBy('import_index', 'desc')
    .execute();
  return rows.map((row) => ({
    digest: row.digest,
    model: row.model,
    records: row.records ?? 0,
    label: row.label,
    note: row.note,
    importedAt: row.imported_at.toISOString(),
    entryId: row.entry_id,
  }));
}

/** The records of an import. `currency`: losses are recorded in US dollars, and known in no other currency. */
export async function listBaselineRecords(
  db: Db,
  { model, digest, label, entryId }: BaselineImport,
  currency: { readonly code: string; readonly minorUnitDigits: number },
): Promise<BaselineRecord[]> {
  const rows = await db
    .withTables<ValueTables>()
    .selectFrom('value_baseline_record as record')
    .innerJoin('value_baseline_import as import', 'import.import_index', 'record.import_index')
    .selectAll('record')
    .where('import.model', '=', model)
    .where('import.digest', '=', digest)
    .orderBy('line')
    .execute();
  return rows.map((row) => ({
    id: row.deployment_id,
    model: row.model,
    label,
    startedAtMs: Date.parse(`${toDay(row.started_on)}T00:00:00.000Z`),
    productionAtMs: null,
    hours: withoutNulls({
      engineerTime: row.engineer_hours,
      incidentResponse: row.incident_hours,
      complianceAudit: row.compliance_hours,
      infrastructureConfiguration: row.infrastructure_hours,
      monitoringSetup: row.monitoring_hours,
      documentation: row.documentation_hours,
    }),
    waitingHours: row.waiting_hours,
    incidents: row.incidents,
    incidentLossMinor:
      currency.code === 'USD' && row.incident_cost_usd !== null
        ? Math.round(row.incident_cost_usd * 10 ** currency.minorUnitDigits)
        : null,
    entryIds: [entryId],
  }));
}

/** `date` comes from the driver as local midnight. */
function toDay(date: string | Date): string {
  if (typeof date === 'string') return date;
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function withoutNulls<Name extends string>(
  hours: Record<Name, number | null>,
): Partial<Record<Name, number>> {
  const known = Object.entries<number | null>(hours).filter(([, value]) => value !== null);
  return Object.fromEntries(known) as Partial<Record<Name, number>>;
}
