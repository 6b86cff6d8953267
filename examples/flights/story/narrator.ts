import type { Rollout, StepRun } from '@dividend/contracts/api';

/** Tells the story in the terminal. */
export interface Narrator {
  chapter(title: string): void;
  line(text: string): void;
  step(step: StepRun): void;
  rollout(rollout: Rollout): void;
}

const isPlain = process.env.NO_COLOR !== undefined || !process.stdout.isTTY;
const paint = (code: number, text: string) => (isPlain ? text : `\u001b[${code}m${text}\u001b[0m`);

export function createNarrator(): Narrator {
  const started = performance.now();
  let chapters = 0;
  const write = (text: string) => process.stdout.write(`${text}\n`);
  const clock = () => paint(2, `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s `);
  const line = (text: string) => write(`${clock()} ${text}`);
  return {
    chapter: (title) => {
      chapters++;
      write(`\n${paint(1, `${chapters}. ${title}`)}`);
    },
    line,
    step: ({ name, status, cache, startedAt, finishedAt }) => {
      const seconds = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0;
      const how = cache.hit ? 'from cache' : `${seconds.toFixed(1)} s`;
      line(`${mark(status === 'succeeded')} ${name.padEnd(10)} ${paint(2, how)}`);
    },
    rollout: ({ phase, weightPercent, reason }) => {
      const where = phase === 'canary' ? `canary ${weightPercent} %` : phase;
      const tone = phase === 'promoted' ? 32 : phase === 'rolledBack' || phase === 'refused' ? 31 : 36;
      line(`${paint(tone, where.padEnd(12))} ${paint(2, reason)}`);
    },
  };
}

function mark(isGood: boolean): string {
  return isGood ? paint(32, '✓') : paint(31, '✗');
}
