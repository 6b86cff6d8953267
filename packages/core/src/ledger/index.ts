export {
  concatBytes,
  fromBase64,
  fromHex,
  hashBytes,
  isEqualBytes,
  type Sha256,
  toBase64,
  toHex,
  toUtf8,
} from './bytes.ts';
export { canonicalJson, canonicalJsonMaxDepth, parseCanonicalJson } from './canonical-json.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { type ExpectedRoot, type KeptCheckpoint, readExpectedRoots } from './expected-roots.ts';
export { chainHash, genesisHash } from './hash-chain.ts';
export {
  type LedgerEntry,
  ledgerEntryMaxBytes,
  parseCanonicalText,
  parseLedgerEntry,
  toCanonicalBytes,
  toCanonicalText,
} from './ledger-entry.ts';
export { type LedgerProblem, type LedgerProblemKind, ledgerProblemKinds } from './ledger-problem.ts';
export {
  type ConsistencyClaim,
  consistencyProof,
  consistencyProofNodes,
  type InclusionClaim,
  inclusionProof,
  inclusionProofNodes,
  type NodeReader,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts';
export {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  leafHash,
  type MerkleFrontier,
  type MerkleNode,
  merkleRoot,
  type NodeAddress,
  nodeHash,
  parseFrontier,
} from './merkle-tree.ts';
export {
  commitmentSaltBytes,
  commitSalted,
  type SaltedCommitment,
  verifyCommitment,
} from './salted-commitment.ts';
export {
  createNoteKey,
  formatNoteKey,
  type NoteKey,
  type NoteSigner,
  type OpenedNote,
  openNote,
  parseNoteKey,
  type SignEd25519,
  signNote,
  type VerifyEd25519,
} from './signed-note.ts';
export {
  type LedgerPosition,
  type LedgerVerificationReport,
  LedgerVerifier,
  type LedgerVerifierOptions,
  maxReportedProblems,
  type SealedRecord,
  verifyLedger,
} from './verify-ledger.ts';
