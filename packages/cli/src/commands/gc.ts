import type { GcJob } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { Client, Page } from '@dividend/sdk';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { follow, onInterrupt } from '../follow.ts';
import { formatBytes } from '../mlflow/progress.ts';
import { bold, dim, formatSeconds, formatState } from '../output/style.ts';

interface GcOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
  readonly runs?: readonly string[];
  readonly experiments?: readonly string[];
  readonly models?: readonly string[];
  readonly watch?: boolean;
  readonly detach?: boolean;
}

export function addGcCommand(program: Command): void {
  program
    .command('gc')
    .description('Remove for good what was deleted, and content that nothing refers to')
    .option('--older-than <age>', 'only what was deleted this long ago, such as 30d, 8h or 0s (default: 30d)')
    .option('--dry-run', 'count what would go, remove nothing')
    .option('--runs <ids...>', 'only these deleted runs')
    .option('--experiments <ids...>', 'only these deleted experiments, with all that is in them')
    .option('--models <ids...>', 'only these deleted logged models')
    .option('--watch', 'begin nothing: follow the removal under way, or show the last one')
    .option('--detach', 'return when it has begun')
    .addHelpText(
      'after',
      `
What a registered version, a release, a cached outcome or the ledger refers to stays. Ctrl-C ends the view, not the removal; it
also goes on after a crash of control.

Examples:
  dividend gc --dry-run
  dividend gc --older-than 7d
  dividend gc --older-than 0s --experiments 12 13 --json`,
    )
    .action(async (options: GcOptions, command: Command) => {
      const { client, print, say } = await createContext(command);
      const begun = options.watch ? await findNewest(client) : await begin(client, options);
      if (!options.detach && begun.state === 'running')
        onInterrupt(say, "The removal goes on without this view; 'dividend gc --watch' shows it");
      const job = options.detach ? begun : await followGc(client, begun.gcId, say);
      print(job, formatEnd);
      if (job.state === 'failed') process.exitCode = 1;
    });
}

function begin(client: Client, options: GcOptions): Promise<GcJob> {
  const { olderThan, dryRun } = options;
  const named = (['runs', 'experiments', 'models'] as const).flatMap((kind) => {
    const ids = options[kind]?.flatMap((list) => list.split(',')).filter(Boolean);
    return ids === undefined ? [] : [[kind, ids] as const];
  });
  return client.beginGc({
    ...(olderThan === undefined ? {} : { olderThan }),
    ...(dryRun ? { dryRun } : {}),
    ...Object.fromEntries(named),
  });
}

async function findNewest(client: Client): Promise<GcJob> {
  const { items } = await client.get<Page<GcJob>>('/api/v1/gc', { limit: 1 });
  if (items[0]) return items[0];
  throw new DividendError(
    'GC_NOT_FOUND',
    'not_found',
    'Nothing was removed here yet; begin with dividend gc',
  );
}

/** Prints a line whenever the counts went on, a second apart at least. */
function followGc(client: Client, gcId: string, say: (line: string) => void): Promise<GcJob> {
  let printed = '';
  return follow(() => client.get<GcJob>(`/api/v1/gc/${encodeURIComponent(gcId)}`), {
    everyMs: 1000,
    isDone: ({ state }) => state !== 'running',
    onAnswer: (job) => {
      const line = `  ${job.phase.padEnd(12)} ${dim(formatCounts(job))}`;
      if (job.state === 'running' && line !== printed) say(line);
      printed = line;
    },
    say,
  });
}

function formatCounts({ counts }: GcJob): string {
  const { runs, models, experiments, traces, files, blobs, bytes } = counts;
  return `${runs} runs, ${models} logged models, ${experiments} experiments, ${traces} traces, ${files} files, ${blobs} contents (${formatBytes(bytes)})`;
}

function formatEnd(job: GcJob): string {
  const { keptRuns, keptModels, keptExperiments, keptBlobs } = job.counts;
  const kept = `${keptRuns} runs, ${keptModels} logged models, ${keptExperiments} experiments`;
  const seconds = job.finishedAt
    ? (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000
    : undefined;
  const lines = [
    `${bold(job.dryRun ? 'would remove' : 'removed')} ${formatCounts(job)}`,
    `${formatState(job.state)} ${dim(`${job.gcId}, deleted before ${job.deletedBefore}${seconds === undefined ? '' : `, ${formatSeconds(seconds)}`}`)}`,
  ];
  if (keptBlobs > 0)
    lines.splice(1, 0, `${keptBlobs} contents were used in the last hour; the next removal takes them`);
  if (keptRuns + keptModels + keptExperiments > 0)
    lines.splice(1, 0, `kept, because something refers to them: ${kept}`);
  if (job.error) lines.push(job.error);
  return lines.join('\n');
}
