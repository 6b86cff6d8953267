import type { LedgerVerification } from '@dividend/contracts/api';
import { LedgerVerifier } from '@dividend/core/ledger';
import type { Db } from '../platform/postgres/index.ts';
import { findCheckpointOf } from './home-checkpoint.ts';
import { sha256, verifyEd25519 } from './ledger-hash.ts';
import type { LedgerIdentity } from './ledger-identity.ts';
import { countForgotten, readCheckpoints, readSealedRecords, readSealedSize } from './sealed-records.ts';

const maxProblems = 1000;

type Problem = LedgerVerification['problems'][number];

/**
 * Recomputes every hash, link and signature of what is stored, and compares the query columns with what was hashed. The
 * checkpoint kept in the home folder counts too: of a ledger cut short in the database it tells how long it was.
 */
export async function verifyStoredLedger(
  db: Db,
  home: string,
  { ledger, signer }: LedgerIdentity,
): Promise<LedgerVerification> {
  const started = performance.now();
  const size = await readSealedSize(db);
  // All that are stored: one that promises more than is sealed is itself a finding.
  const checkpoints = await readCheckpoints(db, Number.MAX_SAFE_INTEGER);
  const kept = await findCheckpointOf(home, ledger);
  const verifier = new LedgerVerifier({
    ledger,
    sha256,
    verifySignature: verifyEd25519,
    trustedKeys: [signer.key],
    checkpoints: [...checkpoints, ...(kept === undefined ? [] : [{ note: kept, anchor: null }])],
    expectedSize: size,
  });
  const problems: Problem[] = [];
  for await (const { record, columnsAgree } of readSealedRecords(db, size)) {
    verifier.add(record);
    if (!columnsAgree && problems.length < maxProblems) problems.push(columnsDiffer(record.seq));
  }
  const forgotten = await countForgotten(db);
  if (forgotten > 0) problems.push(neverSealed(forgotten));
  const report = verifier.finish();
  const found = [...report.problems.map(({ kind, seq, detail }) => ({ kind, seq, detail })), ...problems];
  return {
    verified: found.length === 0 && report.integrity === 'intact',
    entries: report.size,
    signedEntries: report.signedSize,
    checkpoints: report.checkpoints.verified,
    root: report.root,
    seconds: (performance.now() - started) / 1000,
    problemCount: report.problemCount + problems.length,
    problems: found,
  };
}

function columnsDiffer(seq: number): Problem {
  return {
    kind: 'columnsDiffer',
    seq,
    detail: 'The columns of the entry say something else than its sealed text',
  };
}

function neverSealed(count: number): Problem {
  return { kind: 'neverSealed', seq: null, detail: `${count} entries are neither sealed nor waiting to be` };
}
