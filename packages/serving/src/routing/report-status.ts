import type { ServingStatus } from '@dividend/contracts/serving';
import type { ControlClient } from '../control-client.ts';

/** Control counts a process as gone after a few of these. */
const reportEveryMs = 5_000;
const reportTimeoutMs = 4_000;

export interface StatusReporter {
  /** Reports soon, because something changed; changes that come together are one report. */
  report(): void;
  stop(): void;
}

/** Tells control what this process holds: on every change and each 5 s. A report that is lost is followed by the next. */
export function startStatusReporter(control: ControlClient, describe: () => ServingStatus): StatusReporter {
  let isSending = false;
  let isDue = false;
  let isStopped = false;

  const send = async (): Promise<void> => {
    if (isStopped) return;
    if (isSending) {
      isDue = true;
      return;
    }
    isSending = true;
    try {
      const status = describe();
      const response = await control.send({
        method: 'PUT',
        path: `/internal/v1/serving/${encodeURIComponent(status.processId)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(status),
        timeoutMs: reportTimeoutMs,
      });
      response.resume();
    } catch {
      // Control is away: the snapshot watcher says so in the log, and the next report is 5 s off.
    } finally {
      isSending = false;
    }
    if (isDue) {
      isDue = false;
      void send();
    }
  };

  const timer = setInterval(() => void send(), reportEveryMs);
  timer.unref();
  return {
    report: () => queueMicrotask(() => void send()),
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
