import { createPublicKey, hash, verify } from 'node:crypto';
import type { LedgerExportHeader, LedgerExportLine } from '@dividend/contracts/api';
import {
  type KeptCheckpoint,
  type LedgerProblem,
  type LedgerVerificationReport,
  LedgerVerifier,
  parseNoteKey,
  type Sha256,
  type VerifyEd25519,
} from '@dividend/core/ledger';
import { ExportUnreadable } from './read-export.ts';

export interface ExportVerification {
  readonly verified: boolean;
  readonly ledger: string;
  readonly publicKey: string;
  /** False: the key came with the file, so the file only agrees with itself. */
  readonly keyIsTrusted: boolean;
  readonly entries: number;
  /** The first so many have a root that the key signed. */
  readonly signedEntries: number;
  readonly checkpoints: number;
  readonly root: string | null;
  readonly problemCount: number;
  readonly problems: readonly (Omit<LedgerProblem, 'kind'> & { readonly kind: string })[];
}

export interface VerifyExportOptions {
  /** C2SP note key got over another way than the file. */
  readonly trustedKey?: string;
  /** A checkpoint that was kept elsewhere: the file must hold at least what it speaks of, unchanged. */
  readonly anchor?: string;
}

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) => {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
    return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  } catch {
    return false;
  }
};

/**
 * Verifies an export by itself: every hash, link and signature, that nothing is missing up to its end, and, with a
 * trusted key, that it was this key that signed. Needs no server and no database.
 * @throws {ExportUnreadable} where it is not an export; {DividendError} NOTE_KEY_INVALID
 */
export async function verifyExport(
  lines: AsyncIterable<LedgerExportLine>,
  options: VerifyExportOptions = {},
): Promise<ExportVerification> {
  const anchors = options.anchor === undefined ? [] : [{ note: options.anchor, anchor: 'given' }];
  const checkpoints: KeptCheckpoint[] = [];
  let header: LedgerExportHeader | undefined;
  let verifier: LedgerVerifier | undefined;
  let end: Extract<LedgerExportLine, { kind: 'end' }> | undefined;
  let records = 0;
  for await (const line of lines) {
    if (header === undefined) {
      header = readHeader(line);
      continue;
    }
    if (end !== undefined) throw new ExportUnreadable('There is something after the end of the export');
    if (line.kind === 'header') throw new ExportUnreadable('There is a second header');
    if (line.kind === 'end') end = line;
    else if (line.kind === 'record') {
      verifier ??= createVerifier(header, [...checkpoints, ...anchors], options);
      verifier.add(line);
      records++;
    } else if (verifier === undefined) checkpoints.push({ note: line.note, anchor: null });
    else throw new ExportUnreadable('There is a checkpoint among the records');
  }
  if (header === undefined) throw new ExportUnreadable('The file is empty');
  verifier ??= createVerifier(header, [...checkpoints, ...anchors], options);
  const outer = [
    ...(end === undefined ? [problem('exportCut', 'The export has no end line: it was cut short')] : []),
    ...(end !== undefined && (end.records !== records || end.checkpoints !== checkpoints.length)
      ? [problem('exportCut', 'The export does not hold as many lines as its end says')]
      : []),
    ...(options.trustedKey !== undefined && options.trustedKey !== header.publicKey
      ? [problem('wrongKey', `The export names the key '${header.publicKey}', not the trusted one`)]
      : []),
  ];
  return toVerification(header, verifier.finish(), outer, options);
}

function readHeader(line: LedgerExportLine): LedgerExportHeader {
  if (line.kind === 'header' && line.format === 'dividend-ledger/1') return line;
  throw new ExportUnreadable("The first line is not the header of an export of format 'dividend-ledger/1'");
}

function createVerifier(
  { ledger, publicKey, size }: LedgerExportHeader,
  checkpoints: readonly KeptCheckpoint[],
  { trustedKey }: VerifyExportOptions,
): LedgerVerifier {
  return new LedgerVerifier({
    ledger,
    sha256,
    verifySignature: verifyEd25519,
    trustedKeys: [parseNoteKey(sha256, trustedKey ?? publicKey)],
    checkpoints,
    expectedSize: size,
  });
}

function toVerification(
  header: LedgerExportHeader,
  report: LedgerVerificationReport,
  outer: ExportVerification['problems'],
  { trustedKey }: VerifyExportOptions,
): ExportVerification {
  return {
    verified: report.integrity === 'intact' && outer.length === 0,
    ledger: header.ledger,
    publicKey: trustedKey ?? header.publicKey,
    keyIsTrusted: trustedKey !== undefined,
    entries: report.size,
    signedEntries: report.signedSize,
    checkpoints: report.checkpoints.verified,
    root: report.root,
    problemCount: report.problemCount + outer.length,
    problems: [...report.problems, ...outer],
  };
}

function problem(kind: string, detail: string): ExportVerification['problems'][number] {
  return { kind, seq: null, detail };
}
