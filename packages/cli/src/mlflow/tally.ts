import { hash } from 'node:crypto';
import {
  type ImportReport,
  type ItemKind,
  itemKinds,
  type RecordState,
  type VerifiedItem,
} from '@dividend/contracts/imports';
import type { Problem } from './source.ts';

/** Problems kept by name; past them only their number. */
const maxProblems = 1000;

type Counts = Record<RecordState, number>;

/** Counts what an import reads and what became of it, and compares in the end what was read with what is there. */
export function createTally() {
  const counts = new Map<ItemKind, Counts>();
  /** By kind: digest of what must be there, by id. */
  const expected = new Map<ItemKind, Map<string, string>>(itemKinds.map((kind) => [kind, new Map()]));
  const found = new Map<ItemKind, Map<string, string | null>>(itemKinds.map((kind) => [kind, new Map()]));
  const problems: Problem[] = [];
  let problemCount = 0;
  let points = 0;
  let spans = 0;
  let artifactBytes = 0;
  let isVerifying = false;

  const countsOf = (kind: ItemKind) => {
    let known = counts.get(kind);
    if (known === undefined) {
      known = { created: 0, updated: 0, unchanged: 0, kept: 0, conflict: 0, refused: 0 };
      counts.set(kind, known);
    }
    return known;
  };

  const tell = (problem: Problem) => {
    // What was changed here on purpose is told, and is no fault.
    if (problem.state !== 'kept') problemCount += 1;
    if (problems.length < maxProblems) problems.push(problem);
  };

  return {
    tell,
    /** Notes what became of one thing; `digest` is what must be there in the end. */
    count(kind: ItemKind, id: string, state: RecordState, digest: string, reason?: string): void {
      countsOf(kind)[state] += 1;
      if (state === 'kept' || state === 'conflict' || state === 'refused')
        tell({ kind, id, state, reason: reason ?? state });
      else expected.get(kind)?.set(id, digest);
    },
    addPoints(number: number): void {
      points += number;
    },
    addSpans(number: number): void {
      spans += number;
    },
    addBytes(number: number): void {
      artifactBytes += number;
    },
    beginVerification(): void {
      isVerifying = true;
    },
    /** Where it stands: what has come over, and, once that is read back, how much of it. */
    get counted() {
      const of = (kind: ItemKind) => expected.get(kind)?.size ?? 0;
      const sum = (things: ReadonlyMap<ItemKind, ReadonlyMap<string, unknown>>) =>
        [...things.values()].reduce((count, { size }) => count + size, 0);
      return {
        runs: of('run'),
        points,
        traces: of('trace'),
        files: of('artifact'),
        bytes: artifactBytes,
        verification: isVerifying ? { readBack: sum(found), all: sum(expected) } : undefined,
      };
    },
    /** Takes what the platform read back. */
    verify({ kind, id, digest }: VerifiedItem): void {
      if (expected.get(kind as ItemKind)?.has(id)) found.get(kind as ItemKind)?.set(id, digest);
    },
    /** Tells what is not as it came; to be called when all was read back. */
    compare(): void {
      for (const kind of itemKinds) {
        for (const [id, digest] of expected.get(kind) ?? []) {
          const there = found.get(kind)?.get(id);
          if (there === digest) continue;
          tell({
            kind,
            id,
            state: 'differs',
            reason: there ? 'it reads back with other content' : 'it is not there',
          });
        }
      }
    },
    report(
      about: Pick<ImportReport, 'source' | 'sourceVersion' | 'startedAt' | 'seconds' | 'notBrought'>,
    ): ImportReport {
      const kinds = Object.fromEntries(
        itemKinds.map((kind) => {
          const { created, updated, unchanged, kept, conflict, refused } = countsOf(kind);
          const [there, here] = [expected.get(kind) ?? new Map(), found.get(kind) ?? new Map()];
          const same = [...there].filter(([id, digest]) => here.get(id) === digest).length;
          const summary = {
            source: there.size,
            created,
            updated,
            unchanged,
            kept,
            conflicts: conflict,
            refused,
            verified: same,
            differ: there.size - same,
            sourceDigest: digestOf(there),
            targetDigest: digestOf(here),
          };
          return [kind, summary] as const;
        }),
      );
      return {
        ...about,
        kinds,
        points,
        spans,
        artifactBytes,
        problems: problems.map((problem) => ({
          ...problem,
          id: toKept(problem.id),
          reason: toKept(problem.reason),
        })),
        problemCount,
        verified: Object.values(kinds).every(({ differ }) => differ === 0),
      };
    },
  };
}

export type Tally = ReturnType<typeof createTally>;

/** As control takes it: a source may name its things as it likes. */
function toKept(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed().slice(0, 1000);
}

/** One digest for many things, whatever their order. */
function digestOf(items: ReadonlyMap<string, string | null>): string {
  const lines = [...items].map(([id, digest]) => `${JSON.stringify(id)} ${digest}\n`);
  return `sha256:${hash('sha256', lines.sort().join(''))}`;
}
