import type { Tally } from './tally.ts';

/** A line every so often where nobody watches a terminal. */
const logEveryMs = 15_000;
const drawEveryMs = 200;

/** Where a long work stands, on standard error: one line that is redrawn, or a line from time to time. */
export function createProgress(enabled: boolean, describe: () => string) {
  const isTerminal = process.stderr.isTTY === true;
  let shown = performance.now();
  return {
    tick(): void {
      const now = performance.now();
      if (!enabled || now - shown < (isTerminal ? drawEveryMs : logEveryMs)) return;
      shown = now;
      process.stderr.write(isTerminal ? `\r\u001b[2K${describe()}` : `${describe()}\n`);
    },
    end(): void {
      if (enabled && isTerminal) process.stderr.write('\r\u001b[2K');
    },
  };
}

/** Where a transfer stands after some seconds, in a line. */
export function describeTransfer(tally: Tally | undefined, seconds: number): string {
  if (tally === undefined) return 'reading …';
  const { runs, points, traces, files, bytes, verification } = tally.counted;
  if (verification !== undefined)
    return `reading back to compare: ${verification.readBack} of ${verification.all} things`;
  const rate = (count: number) => Math.round(count / Math.max(seconds, 0.1));
  return `${runs} runs (${rate(runs)}/s), ${points} points (${rate(points)}/s), ${traces} traces, ${files} files, ${formatBytes(bytes)} (${formatBytes(rate(bytes))}/s)`;
}

/** Says on Ctrl-C how to go on, and ends with the exit code of an interruption. */
export function endOnInterrupt(clear: () => void): void {
  process.once('SIGINT', () => {
    clear();
    process.stderr.write('Stopped. Start the same command again: it goes on where it was.\n');
    process.exit(130);
  });
}

/** `1.2 GB`, `340 kB`, `12 B`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
