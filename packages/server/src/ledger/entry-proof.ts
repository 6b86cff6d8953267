import { DividendError } from '@dividend/core/errors';
import {
  inclusionProof,
  inclusionProofNodes,
  leafHash,
  openCheckpoint,
  toBase64,
  toUtf8,
} from '@dividend/core/ledger';
import type { Db } from '../platform/postgres/index.ts';
import { sha256, verifyEd25519 } from './ledger-hash.ts';
import type { LedgerIdentity } from './ledger-identity.ts';
import { findEntry } from './ledger-read-model.ts';
import { findLatestCheckpoint } from './sign-checkpoint.ts';
import { loadNodes } from './stored-nodes.ts';

export interface EntryProof {
  readonly entry: string;
  readonly seq: number;
  readonly leafHash: string;
  readonly checkpoint: string;
  /** Sibling hashes from the leaf to the root of the checkpoint, base64 (RFC 9162 §2.1.3). */
  readonly inclusionProof: readonly string[];
}

/**
 * What shows that one entry is in the ledger, to whoever has the checkpoint's public key only.
 * @throws {DividendError} ENTRY_NOT_FOUND, ENTRY_NOT_SEALED
 */
export async function proveEntry(db: Db, identity: LedgerIdentity, id: string): Promise<EntryProof> {
  const found = await findEntry(db, id);
  if (!found) throw new DividendError('ENTRY_NOT_FOUND', 'not_found', `No ledger entry has the id '${id}'`);
  const { seq } = found.entry;
  const latest = await findLatestCheckpoint(db);
  const opened = latest && openCheckpoint(latest.note, [identity.signer.key], verifyEd25519);
  if (seq === null || !latest || opened?.status !== 'verified' || latest.size <= seq) {
    throw new DividendError(
      'ENTRY_NOT_SEALED',
      'failed_precondition',
      `Entry '${id}' has no checkpoint over it yet; ask again in some seconds`,
    );
  }
  const readNode = await loadNodes(db, inclusionProofNodes(seq, latest.size));
  const proof = inclusionProof(sha256, readNode, seq, latest.size);
  return {
    entry: found.canonical,
    seq,
    leafHash: Buffer.from(leafHash(sha256, toUtf8(found.canonical))).toString('hex'),
    checkpoint: latest.note,
    inclusionProof: proof.map(toBase64),
  };
}
