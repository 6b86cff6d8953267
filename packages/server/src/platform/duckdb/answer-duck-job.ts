import { DividendError } from '@dividend/core/errors';
import { type Duck, openDuck } from './duck.ts';
import type { DuckAnswer, DuckJob } from './duck-job.ts';

/** The child's side of `runDuckJob`: runs the one job it is sent, answers, and ends. */
export function answerDuckJob<Input, Result>(body: (duck: Duck, input: Input) => Promise<Result>): void {
  // By force: an ordinary end waits for the query that runs.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C reaches the whole process group; the parent, which drains, decides when this ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.once('message', async (job) => {
    const answer = await answerTo(job as DuckJob<Input>, body);
    process.send?.(answer, undefined, undefined, () => process.exit(0));
  });
}

async function answerTo<Input, Result>(
  { input, limits }: DuckJob<Input>,
  body: (duck: Duck, input: Input) => Promise<Result>,
): Promise<DuckAnswer<Result>> {
  try {
    const duck = await openDuck(limits);
    try {
      return { result: await body(duck, input) };
    } finally {
      duck.close();
    }
  } catch (error) {
    if (!(error instanceof DividendError)) throw error;
    const { code, kind, message, field } = error;
    return { error: { code, kind, message, field } };
  }
}
