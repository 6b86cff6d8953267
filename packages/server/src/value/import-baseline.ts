import { hash } from 'node:crypto';
import type { BaselineImportResult } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { BaselineLabel } from '@dividend/core/value';
import { sql } from 'kysely';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import { insertImport, listImports } from './baseline-store.ts';
import { parseBaselineCsv } from './parse-baseline-csv.ts';

export interface ImportBaseline {
  readonly model: string;
  readonly csv: string;
  /** Default: `example` where the note of the file says so, else `recorded`. */
  readonly label?: BaselineLabel | undefined;
}

/**
 * Takes in how deployments of a model went before automation; the digest of the file goes into the ledger. The same
 * content again changes nothing.
 * @throws {DividendError} BASELINE_CSV_INVALID, BASELINE_LABEL_CONFLICT
 */
export async function importBaseline(
  { db, clock }: Platform,
  ledger: Pick<Ledger, 'append'>,
  { model, csv, label }: ImportBaseline,
): Promise<BaselineImportResult> {
  const { note, rows } = parseBaselineCsv(csv);
  const digest = `sha256:${hash('sha256', csv)}`;
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`baseline/${model}`}, 0))`.execute(tx);
    const known = (await listImports(tx, model)).find((each) => each.digest === digest);
    if (known) return sameOrThrow(known, label);
    const importedAt = clock.now();
    const entryId = await ledger.append(tx, {
      type: 'baseline.imported',
      subject: `model/${model}`,
      data: { digest, model, records: rows.length, note },
    });
    const fresh = { model, digest, label: label ?? labelOf(note), note, entryId };
    await insertImport(tx, { ...fresh, importedAt, rows });
    return {
      ...fresh,
      records: rows.length,
      importedAt: importedAt.toISOString(),
      alreadyImported: false,
    };
  });
}

function labelOf(note: string): BaselineLabel {
  if (/\bexample\b/i.test(note)) return 'example';
  return /\bestimate[sd]?\b/i.test(note) ? 'estimated' : 'recorded';
}

function sameOrThrow(
  known: Omit<BaselineImportResult, 'alreadyImported'>,
  label: BaselineLabel | undefined,
): BaselineImportResult {
  if (label === undefined || label === known.label) return { ...known, alreadyImported: true };
  throw new DividendError(
    'BASELINE_LABEL_CONFLICT',
    'already_exists',
    `These records were imported for '${known.model}' as '${known.label}', they cannot become '${label}'`,
    { field: 'label' },
  );
}
