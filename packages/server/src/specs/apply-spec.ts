import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ApplyRequest, ApplyResult } from '@dividend/contracts/api';
import type { AppliedSpec, ModelSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import { canonicalJson } from '@dividend/core/ledger';
import { diffValues, type ValueChange } from '@dividend/core/pipelines';
import type { Ledger } from '../ledger/index.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Tx } from '../platform/postgres/index.ts';
import { findUnknownParams } from './check-param-use.ts';
import { type ParsedSpec, parseSpec } from './parse-spec.ts';
import { resolveFiles, type SpecFile } from './resolve-files.ts';
import { findSpec, insertSpec, lockModel } from './spec-store.ts';

type Wanted = Omit<AppliedSpec, 'appliedAt'>;

/** SQL files are read when the spec is applied; larger ones are taken unread. */
const maxReadSqlBytes = 1_000_000;

/**
 * Puts a spec in force, or with `dryRun` says what would change. Idempotent: the spec that is in force already changes
 * nothing and enters nothing in the ledger. Nothing is applied while contents of files are missing.
 * @throws {DividendError} SPEC_INVALID, SPEC_FILE_INVALID, SPEC_BASE_DIR_INVALID
 */
export async function applySpec(
  { db, blobs, clock }: Platform,
  ledger: Pick<Ledger, 'append'>,
  request: ApplyRequest,
): Promise<ApplyResult> {
  const files = resolveFiles(request.files);
  assertBaseDir(request.baseDir);
  const parsed = parseSpec(request.spec, new Set(files.map(({ path }) => path)));
  const missingBlobs = await findMissing(blobs, files);
  await checkSqlFiles(blobs, parsed, files, missingBlobs);
  const digest = digestOf(parsed.spec, files);
  const wanted: Wanted = {
    model: parsed.spec.name,
    digest,
    spec: parsed.spec,
    baseDir: request.baseDir,
    files: [...files],
  };
  const resultOf = (before: AppliedSpec | undefined): ApplyResult => {
    const changes = compare(before, wanted).map((change) => ({ ...change }));
    return { model: wanted.model, specDigest: digest, changed: changes.length > 0, changes, missingBlobs };
  };
  if (request.dryRun === true || missingBlobs.length > 0)
    return resultOf(await findSpec(db, { model: wanted.model }));
  return db.transaction().execute(async (tx) => {
    await lockModel(tx, wanted.model);
    const before = await findSpec(tx, { model: wanted.model });
    const result = resultOf(before);
    if (!result.changed) return result;
    await insertSpec(tx, { ...wanted, appliedAt: clock.now() });
    await writeEntry(tx, ledger, wanted, before?.digest ?? null);
    return result;
  });
}

async function writeEntry(
  tx: Tx,
  ledger: Pick<Ledger, 'append'>,
  { model, digest, spec, files }: Wanted,
  previousDigest: string | null,
): Promise<void> {
  await ledger.append(tx, {
    type: 'spec.applied',
    subject: `model/${model}`,
    data: {
      model,
      specDigest: digest,
      previousDigest,
      owner: spec.owner,
      riskClass: spec.riskClass,
      gates: spec.gates.map(({ name, expr }) => ({ name, expr })),
      files: files.length,
    },
  });
}

function assertBaseDir(baseDir: string): void {
  if (isAbsolute(baseDir)) return;
  throw new DividendError(
    'SPEC_BASE_DIR_INVALID',
    'invalid_argument',
    `Applying a spec needs the absolute path of its folder on the machine of control, got '${baseDir}'`,
    { field: 'baseDir' },
  );
}

async function findMissing(blobs: BlobStore, files: readonly SpecFile[]): Promise<string[]> {
  const digests = [...new Set(files.map(({ digest }) => digest))];
  const stored = await Promise.all(digests.map((digest) => blobs.has(digest)));
  return digests.filter((_, index) => !stored[index]);
}

async function checkSqlFiles(
  blobs: BlobStore,
  { spec, toError }: ParsedSpec,
  files: readonly SpecFile[],
  missing: readonly string[],
): Promise<void> {
  const problems = await Promise.all(
    spec.pipeline.steps.map(async (step, index) => {
      const digest = step.uses === 'sql' ? files.find(({ path }) => path === step.file)?.digest : undefined;
      if (digest === undefined || missing.includes(digest)) return [];
      if ((await blobs.stat(digest)).bytes > maxReadSqlBytes) return [];
      const content = await text(await blobs.read(digest));
      return findUnknownParams(spec, content, ['pipeline', 'steps', index, 'file']);
    }),
  );
  if (problems.flat().length > 0) throw toError(problems.flat());
}

/** Over content alone: the same spec and files have the same digest from whichever folder. */
function digestOf(spec: ModelSpec, files: readonly SpecFile[]): string {
  const canonical = canonicalJson({ spec, files: files.map(({ path, digest }) => ({ path, digest })) });
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}

function compare(before: AppliedSpec | undefined, after: Wanted): readonly ValueChange[] {
  const toComparable = ({ spec, files, baseDir }: Wanted) => ({
    ...spec,
    files: Object.fromEntries(files.map(({ path, digest }) => [path, digest])),
    baseDir,
  });
  return diffValues(before ? toComparable(before) : {}, toComparable(after));
}
