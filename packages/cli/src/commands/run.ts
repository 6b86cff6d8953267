import type { PipelineRun } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { Client } from '@dividend/sdk';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { follow, onInterrupt } from '../follow.ts';
import { bold, dim, formatSeconds, formatState } from '../output/style.ts';

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('Run the pipeline of a model and follow it to its end')
    .argument('<model>', 'model name')
    .option('--param <name=value...>', 'parameter of the pipeline, again for more')
    .option('--key <key>', 'idempotency key: the same key never starts a second run')
    .option('--detach', 'return when it has started')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend run flight-late\n  dividend run flight-late --param from=2001-01-01 --param to=2001-03-01\n  dividend run flight-late --detach --json',
    )
    .action(
      async (
        model: string,
        options: { param?: string[]; key?: string; detach?: boolean },
        command: Command,
      ) => {
        const { client, print, say } = await createContext(command);
        const { pipelineRunId } = await client.startPipeline({
          model,
          ...(options.param ? { params: parseParams(options.param) } : {}),
          ...(options.key ? { idempotencyKey: options.key } : {}),
        });
        say(`${bold('run')} ${pipelineRunId}`);
        if (!options.detach)
          onInterrupt(say, "The run goes on without this view; 'dividend status' shows it");
        const run = options.detach
          ? await client.pipelineRun(pipelineRunId)
          : await followRun(client, pipelineRunId, say);
        print(run, formatRunEnd);
        if (run.status === 'failed' || run.status === 'cancelled') process.exitCode = 1;
      },
    );
}

/** `name=value`; a value that reads as a number or a boolean is sent as one. */
function parseParams(pairs: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new DividendError(
          'OPTION_INVALID',
          'invalid_argument',
          `Option '--param' takes name=value, got '${pair}'`,
          { field: '--param' },
        );
      return [pair.slice(0, at), parseValue(pair.slice(at + 1))];
    }),
  );
}

function parseValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && String(Number(text)) === text ? Number(text) : text;
}

/** Prints a line at each change of a step until the run has ended. */
export async function followRun(
  client: Client,
  id: string,
  say: (line: string) => void,
): Promise<PipelineRun> {
  const printed = new Map<string, string>();
  return follow(() => client.pipelineRun(id), {
    everyMs: 300,
    isDone: ({ status }) => status !== 'running',
    onAnswer: ({ steps }) => {
      for (const step of steps) {
        if (step.status === 'waiting' || printed.get(step.name) === step.status) continue;
        printed.set(step.name, step.status);
        say(formatStep(step));
      }
    },
    say,
  });
}

function formatStep(step: PipelineRun['steps'][number]): string {
  const seconds =
    step.startedAt && step.finishedAt
      ? formatSeconds((Date.parse(step.finishedAt) - Date.parse(step.startedAt)) / 1000)
      : '';
  const cache = step.status === 'succeeded' && step.cache.hit ? ` ${dim('from cache')}` : '';
  const why = step.status === 'running' ? dim(step.cache.reason) : dim(seconds);
  return `  ${step.name.padEnd(12)} ${formatState(step.status)}${cache} ${why}${step.error ? `\n    ${step.error}` : ''}`;
}

function formatRunEnd(run: PipelineRun): string {
  const lines = [`${bold(run.model)} ${formatState(run.status)}`];
  if (run.error) lines.push(run.error);
  if (run.rolloutId) lines.push(`rollout ${run.rolloutId} ${dim('(dividend status --watch)')}`);
  return lines.join('\n');
}
