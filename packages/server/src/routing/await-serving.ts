import { DividendError } from '@dividend/core/errors';
import type { Db } from '../platform/postgres/index.ts';
import type { ChangeSignal } from './change-signal.ts';
import { readRevision } from './routing-store.ts';
import { listProcesses, type ProcessRecord } from './serving-processes.ts';
import { revisionOf, type Snapshots } from './snapshots.ts';

/** Also notices a process that went silent, which nobody announces. */
const pollMs = 250;

const nobody = 'no serving process is live';

/** What a look at the processes says: done, or what is still missing. */
type Look = { readonly done: true } | { readonly done: false; readonly missing: string };

/**
 * Waits until every live serving process has the release loaded and warm; at least one must be live.
 * @throws {DividendError} RELEASE_LOAD_FAILED with the reason a process gave; at the time limit RELEASE_NOT_SERVED, or
 * NO_SERVING_PROCESS where none was live: that says nothing about the release
 */
export async function waitUntilServed(
  db: Db,
  changes: ChangeSignal,
  releaseDigest: string,
  timeoutMs: number,
): Promise<void> {
  const askedAt = await readRevision(db);
  const missing = await lookUntil(changes, timeoutMs, async () => {
    const live = (await listProcesses(db)).filter((process) => process.live);
    throwWhereFailed(live, releaseDigest, askedAt);
    if (live.length === 0) return { done: false, missing: nobody };
    const look = toLook(
      live,
      'has it ready',
      (process) => stateOf(process, releaseDigest)?.state === 'ready',
    );
    const reason = live.map((process) => stateOf(process, releaseDigest)?.reason).find(Boolean);
    return look.done || !reason ? look : { done: false, missing: `${look.missing}; ${reason}` };
  });
  if (missing === undefined) return;
  if (missing === nobody) {
    throw new DividendError(
      'NO_SERVING_PROCESS',
      'unavailable',
      `No serving process was live for ${timeoutMs} ms, so release '${releaseDigest}' cannot be loaded; start one (dividend serving)`,
    );
  }
  throw new DividendError(
    'RELEASE_NOT_SERVED',
    'deadline_exceeded',
    `Release '${releaseDigest}' was not loaded everywhere within ${timeoutMs} ms: ${missing}`,
  );
}

/**
 * Waits until every live serving process routes by the newest snapshot; with no live process there is nothing to wait for.
 * @throws {DividendError} SNAPSHOT_NOT_TAKEN at the time limit
 */
export async function waitUntilRouted(
  db: Db,
  changes: ChangeSignal,
  snapshots: Snapshots,
  timeoutMs: number,
): Promise<void> {
  const missing = await lookUntil(changes, timeoutMs, async () => {
    const { version } = await snapshots.current();
    const live = (await listProcesses(db)).filter((process) => process.live);
    return toLook(live, `holds snapshot '${version}'`, (process) => process.snapshotVersion === version);
  });
  if (missing === undefined) return;
  throw new DividendError(
    'SNAPSHOT_NOT_TAKEN',
    'deadline_exceeded',
    `The routes did not reach all serving processes within ${timeoutMs} ms: ${missing}`,
  );
}

/** Undefined once a look is done; else what the last one missed when the time was over. */
async function lookUntil(
  changes: ChangeSignal,
  timeoutMs: number,
  look: () => Promise<Look>,
): Promise<string | undefined> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = changes.processes.count;
    const found = await look();
    if (found.done) return undefined;
    const leftMs = end - Date.now();
    if (leftMs <= 0) return found.missing;
    await changes.processes.waitAfter(seen, Math.min(leftMs, pollMs));
  }
}

function toLook(
  live: readonly ProcessRecord[],
  condition: string,
  isMet: (process: ProcessRecord) => boolean,
): Look {
  const waitedFor = live.filter((process) => !isMet(process)).map(({ processId }) => `'${processId}'`);
  if (waitedFor.length === 0) return { done: true };
  return {
    done: false,
    missing: `not yet true of ${waitedFor.join(', ')} that it ${condition} (${live.length} live)`,
  };
}

/** A failure counts only from a process that knows the snapshot in which the release was asked for, not from an earlier try. */
function throwWhereFailed(live: readonly ProcessRecord[], releaseDigest: string, askedAt: number): void {
  for (const process of live) {
    const found = stateOf(process, releaseDigest);
    if (found?.state !== 'failed' || revisionOf(process.snapshotVersion) < askedAt) continue;
    throw new DividendError(
      'RELEASE_LOAD_FAILED',
      'failed_precondition',
      `Serving process '${process.processId}' could not load release '${releaseDigest}': ${found.reason ?? 'no reason given'}`,
    );
  }
}

function stateOf(process: ProcessRecord, releaseDigest: string) {
  return process.releases.find((release) => release.digest === releaseDigest);
}
