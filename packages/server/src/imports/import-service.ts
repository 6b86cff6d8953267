import type { BatchAnswer, ImportReport, ImportView } from '@dividend/contracts/imports';
import { importLimits, itemKinds } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { canonicalJson } from '@dividend/core/ledger';
import type { Artifacts } from '../artifacts/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import { findProtectedAlias, type SpecLookup } from '../registry/index.ts';
import type { Tracking } from '../tracking/index.ts';
import { checkLine } from './check-record.ts';
import { type ArtifactTarget, takeArtifact } from './import-artifact.ts';
import {
  getImport,
  listImports,
  lockImport,
  markFinished,
  openImport,
  readItemPages,
} from './import-store.ts';
import { takeRecords } from './take-records.ts';
import { verifyImport } from './verify-import.ts';

export interface ImportDomains {
  readonly ledger: Ledger;
  readonly artifacts: Artifacts;
  readonly specs: SpecLookup;
  readonly tracking: Tracking;
}

export type ImportService = ReturnType<typeof createImportService>;

export function createImportService(platform: Platform, domains: ImportDomains) {
  const { db, blobs, clock } = platform;
  const { ledger, specs } = domains;

  /** One transaction: all of the batch that can be taken, and what became of each line, or nothing. */
  async function take(importId: string, text: string): Promise<BatchAnswer> {
    const lines = text.split('\n').filter((line) => line !== '');
    if (lines.length > importLimits.batchRecords) {
      throw new DividendError(
        'BATCH_TOO_LARGE',
        'too_large',
        `The batch has ${lines.length} records, more than the limit of ${importLimits.batchRecords}`,
      );
    }
    const checked = lines.map(checkLine);
    const results = await db.transaction().execute(async (tx) => {
      await lockImport(tx, importId);
      return takeRecords(
        {
          tx,
          importId,
          now: clock.now(),
          blobs,
          ledger,
          findProtectedAlias: (model, alias) => findProtectedAlias(tx, specs, model, alias),
        },
        checked,
      );
    });
    return { results };
  }

  /** Keeps the report and notes it in the ledger; where nothing came over since the last end, nothing is noted again. */
  async function finish(importId: string, report: ImportReport): Promise<ImportView> {
    const content = canonicalJson(report);
    const { digest } = await blobs.put(toStream(content));
    await db.transaction().execute(async (tx) => {
      const { is_changed, finished_at } = await lockImport(tx, importId);
      if (!is_changed && finished_at !== null) return;
      const count = (kind: string) => {
        const { created = 0, updated = 0 } = report.kinds[kind] ?? {};
        return created + updated;
      };
      const entryId = await ledger.append(tx, {
        type: 'import.finished',
        subject: `import/${importId}`,
        data: {
          importId,
          source: report.source,
          sourceVersion: report.sourceVersion,
          cameOver: Object.fromEntries(itemKinds.map((kind) => [kind, count(kind)])),
          points: report.points,
          problems: report.problemCount,
          notBrought: report.notBrought,
          verified: report.verified,
          reportDigest: digest,
        },
      });
      await markFinished(tx, importId, { at: clock.now(), reportDigest: digest, entryId });
    });
    return getImport(db, importId);
  }

  return {
    open: async (source: string): Promise<ImportView> =>
      getImport(db, await openImport(db, source, clock.now())),
    get: (importId: string) => getImport(db, importId),
    list: () => listImports(db),
    take,
    takeArtifact: (importId: string, target: ArtifactTarget, content: AsyncIterable<Uint8Array>) =>
      takeArtifact(platform, domains, importId, target, content),
    items: async function* (importId: string) {
      for (const kind of ['metrics', 'spans', 'artifact'] as const)
        for await (const page of readItemPages(db, importId, kind, 1000))
          for (const item of page) yield { kind, ...item };
    },
    verify: (importId: string) => verifyImport(db, blobs, importId),
    finish,
  };
}

async function* toStream(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
