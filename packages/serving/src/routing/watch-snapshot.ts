import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '@dividend/contracts/serving';
import { type ControlClient, toRefusal } from '../control-client.ts';
import type { Log } from '../log.ts';
import { parseSnapshot } from './parse-snapshot.ts';

/** How long control holds the question open, seconds. */
const waitSeconds = 25;
/** Silence after which the connection counts as dead: the wait and a margin for a busy control. */
const silenceMs = (waitSeconds + 15) * 1000;
const firstRetryMs = 100;
const longestRetryMs = 1_000;

/** Asks control for the snapshot and then for each change of it, until the signal aborts. Never throws. */
export async function watchSnapshot(
  control: ControlClient,
  onSnapshot: (snapshot: Snapshot) => void,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let etag: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const answer = await ask(control, etag, signal);
      if (failures > 0) log.info('Control answers again', { failures });
      failures = 0;
      if (answer === undefined) continue;
      etag = answer.etag;
      onSnapshot(answer.snapshot);
    } catch (error) {
      if (signal.aborted) return;
      const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures) * (0.5 + Math.random() / 2);
      if (failures === 0) log.warn('No snapshot from control; serving on with the last one', { error });
      failures = Math.min(failures + 1, 20);
      await sleep(delayMs, undefined, { signal }).catch(() => {});
    }
  }
}

async function ask(
  control: ControlClient,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<{ snapshot: Snapshot; etag: string } | undefined> {
  const startedAt = performance.now();
  const response = await control.send({
    method: 'GET',
    path: etag === undefined ? '/internal/v1/snapshot' : `/internal/v1/snapshot?wait=${waitSeconds}`,
    headers: etag === undefined ? {} : { 'if-none-match': etag },
    timeoutMs: silenceMs,
    signal,
  });
  if (response.statusCode === 304) {
    response.resume();
    /** A control that does not hold the question must not be asked in a tight loop. */
    if (performance.now() - startedAt < firstRetryMs) await sleep(firstRetryMs, undefined, { signal });
    return undefined;
  }
  if (response.statusCode !== 200) throw await toRefusal(response, 'the snapshot');
  const snapshot = parseSnapshot(await text(response));
  return { snapshot, etag: response.headers.etag ?? `"${snapshot.version}"` };
}
