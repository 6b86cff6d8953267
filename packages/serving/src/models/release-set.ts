import type { ServedRelease, ServingStatus } from '@dividend/contracts/serving';
import { DividendError } from '@dividend/core/errors';
import type { Log } from '../log.ts';
import type { LoadedRelease } from './loaded-release.ts';

export type ReleaseState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly loaded: LoadedRelease }
  | { readonly state: 'failed'; readonly reason: string };

/** The releases this process holds or is getting ready, by digest. */
export interface ReleaseSet {
  /** Makes the set be exactly these: loads what is new, one after the other, and retires what is gone. */
  assign(releases: readonly ServedRelease[], keep: ReadonlySet<string>): void;
  stateOf(digest: string): ReleaseState | undefined;
  report(): ServingStatus['releases'];
  close(): void;
}

interface Entry {
  readonly release: ServedRelease;
  state: ReleaseState;
  failures: number;
}

/** The runtime may quote half a model. */
const maxReasonLength = 2_000;
const firstRetryMs = 500;
const longestRetryMs = 15_000;
/** Attempts against an unreachable control before a release counts as failed: a rollout waits for it and ends on a failure. */
const patientAttempts = 5;

/**
 * @param load gives a release that is ready
 * @param onChange called whenever a release became ready or failed
 */
export function createReleaseSet(
  load: (release: ServedRelease) => Promise<LoadedRelease>,
  onChange: () => void,
  log: Log,
): ReleaseSet {
  const entries = new Map<string, Entry>();
  const retries = new Set<NodeJS.Timeout>();
  let queue: Promise<void> = Promise.resolve();
  let isClosed = false;

  const isWanted = (entry: Entry) => !isClosed && entries.get(entry.release.digest) === entry;

  const enqueue = (entry: Entry): void => {
    queue = queue.then(() => (isWanted(entry) ? attempt(entry) : undefined));
  };

  const attempt = async (entry: Entry): Promise<void> => {
    const { digest, model, version } = entry.release;
    const startedAt = performance.now();
    try {
      const loaded = await load(entry.release);
      if (!isWanted(entry)) return loaded.retire();
      entry.state = { state: 'ready', loaded };
      log.info('Release is ready', {
        digest,
        model,
        version,
        loadMs: Math.round(performance.now() - startedAt),
        ...loaded.cost,
      });
    } catch (error) {
      fail(entry, error);
    }
    onChange();
  };

  /** A release whose file or signature is wrong stays wrong, but its weights may be repaired in the store: try on, slowly. */
  const fail = (entry: Entry, error: unknown): void => {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, maxReasonLength);
    const code = error instanceof DividendError ? error.code : 'INTERNAL';
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** entry.failures);
    entry.failures += 1;
    const mayPass = error instanceof DividendError && error.retryable && entry.failures < patientAttempts;
    if (!mayPass) entry.state = { state: 'failed', reason: `${code}: ${reason}` };
    log.error('Release could not be loaded', {
      digest: entry.release.digest,
      code,
      error,
      retryInMs: delayMs,
    });
    const timer = setTimeout(() => {
      retries.delete(timer);
      enqueue(entry);
    }, delayMs);
    timer.unref();
    retries.add(timer);
  };

  const drop = (digest: string): void => {
    const entry = entries.get(digest);
    entries.delete(digest);
    if (entry?.state.state === 'ready') entry.state.loaded.retire();
  };

  return {
    assign: (releases, keep) => {
      const wanted = new Map(releases.map((release) => [release.digest, release]));
      for (const digest of [...entries.keys()]) {
        if (!wanted.has(digest) && !keep.has(digest)) drop(digest);
      }
      for (const release of wanted.values()) {
        if (entries.has(release.digest)) continue;
        const entry: Entry = { release, state: { state: 'loading' }, failures: 0 };
        entries.set(release.digest, entry);
        enqueue(entry);
      }
    },
    stateOf: (digest) => entries.get(digest)?.state,
    report: () =>
      [...entries.values()].map(({ release, state }) => ({
        digest: release.digest,
        state: state.state,
        ...(state.state === 'failed' ? { reason: state.reason } : {}),
      })),
    close: () => {
      isClosed = true;
      for (const timer of retries) clearTimeout(timer);
    },
  };
}
