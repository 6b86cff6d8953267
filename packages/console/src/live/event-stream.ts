import { useSyncExternalStore } from 'react';
import { queryClient } from './queries.ts';
import { isCostly, isStaleAfter } from './stale-paths.ts';

export interface StreamState {
  readonly isLive: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
}

let state: StreamState = { isLive: false, since: Date.now() };
const watchers = new Set<() => void>();

/** Entries come in bursts; the screen is refreshed once for all of them. The books are, at most once in this time. */
const refreshAfterMs = 300;
const refreshCostlyAfterMs = 10_000;
/** A browser tries again by itself, but gives up where the answer is not a stream: a proxy, a drain. */
const retryMs = 2_000;

function setLive(isLive: boolean): void {
  if (state.isLive === isLive) return;
  state = { isLive, since: Date.now() };
  for (const watcher of watchers) watcher();
}

const noteForAll = createRefresh(refreshAfterMs, (path) => !isCostly(path));
const noteForCostly = createRefresh(refreshCostlyAfterMs, isCostly);

/** Gathers types of entries for a while, then asks again for the paths among `isOf` that speak of them. */
function createRefresh(afterMs: number, isOf: (path: string) => boolean): (type: string) => void {
  let pending: Set<string> | undefined;
  return (type) => {
    if (pending) {
      pending.add(type);
      return;
    }
    const types = new Set([type]);
    pending = types;
    setTimeout(() => {
      pending = undefined;
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [path] }) => isOf(String(path)) && isStaleAfter(types, String(path)),
      });
    }, afterMs);
  };
}

/** Follows the ledger: whatever happens is an entry, and an entry makes what speaks of it stale. */
export function followLedger(): void {
  const source = new EventSource('/api/v1/events');
  let wasOpen = false;
  source.onopen = () => {
    setLive(true);
    // What happened meanwhile comes by Last-Event-ID, if the server is the same and still knows; the screen need not wait.
    if (wasOpen) void queryClient.invalidateQueries();
    wasOpen = true;
  };
  source.onerror = () => {
    setLive(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      followLedger();
      void queryClient.invalidateQueries();
    }, retryMs);
  };
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const type = readType(data);
    noteForAll(type);
    noteForCostly(type);
  };
}

function readType(data: string): string {
  try {
    return String((JSON.parse(data) as { type?: unknown }).type);
  } catch {
    return '';
  }
}

export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}
