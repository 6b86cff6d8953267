import { setTimeout as delay } from 'node:timers/promises';
import { DividendError } from '@dividend/core/errors';

/** A restart of control takes some seconds; what it does goes on by itself, so its view may wait longer. */
const patienceMs = 120_000;
const retryMs = 500;

/**
 * Asks until `isDone`, every `everyMs`. A control that is away for a while, such as one that is started again, is waited for:
 * what is followed goes on or resumes without us.
 * @throws {DividendError} what control answered; what the last try met after two minutes without an answer
 */
export async function follow<Answer>(
  ask: () => Promise<Answer>,
  options: {
    readonly everyMs: number;
    readonly isDone: (answer: Answer) => boolean;
    readonly onAnswer: (answer: Answer) => void;
    readonly say: (line: string) => void;
  },
): Promise<Answer> {
  let awaySince: number | undefined;
  for (;;) {
    try {
      const answer = await ask();
      if (awaySince !== undefined) options.say('  control answers again');
      awaySince = undefined;
      options.onAnswer(answer);
      if (options.isDone(answer)) return answer;
      await delay(options.everyMs);
    } catch (error) {
      if (!(error instanceof DividendError && error.retryable)) throw error;
      if (awaySince === undefined) options.say('  control does not answer; waiting for it');
      awaySince ??= Date.now();
      if (Date.now() - awaySince > patienceMs) throw error;
      await delay(retryMs);
    }
  }
}

/** Ctrl-C ends the view, not what is viewed: says so, and how to look again. */
export function onInterrupt(say: (line: string) => void, line: string): void {
  process.once('SIGINT', () => {
    say(line);
    process.exit(130);
  });
}
