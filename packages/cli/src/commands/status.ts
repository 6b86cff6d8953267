import type { Overview } from '@dividend/contracts/api';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { follow } from '../follow.ts';
import { bold, dim, formatSeconds, formatState, formatTable } from '../output/style.ts';

const refreshMs = 1_000;

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('What runs, what waits for you, what is wrong')
    .option('--watch', 'keep showing it, live')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend status\n  dividend status --watch\n  dividend status --json',
    )
    .action(async (options: { watch?: boolean }, command: Command) => {
      const { client, print, say, json } = await createContext(command);
      if (!options.watch) {
        print(await client.overview(), formatOverview);
        return;
      }
      process.once('SIGINT', () => process.exit(0));
      await follow(() => client.overview(), {
        everyMs: refreshMs,
        isDone: () => false,
        onAnswer: (overview) =>
          process.stdout.write(
            json
              ? `${JSON.stringify(overview)}\n`
              : `\u001b[H\u001b[2J${formatOverview(overview)}\n\n${dim('Ctrl-C ends the view')}\n`,
          ),
        say,
      });
    });
}

function formatOverview(overview: Overview): string {
  return [
    formatModels(overview),
    formatRollouts(overview),
    formatPipelines(overview),
    formatProblems(overview),
    `${bold('Ledger')} ${overview.ledger.entries} entries, ${overview.ledger.sealed} sealed`,
    formatServing(overview),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function formatModels({ models, endpoints }: Overview): string {
  if (models.length === 0)
    return `${bold('Models')} none yet; ${dim("make one known with 'dividend apply <spec>'")}`;
  const rows = models.map((model) => {
    const endpoint = endpoints.find((each) => each.endpoint === model.endpoint);
    return [
      model.name,
      model.champion ? `version ${model.champion.version}` : '–',
      String(endpoint?.requests ?? 0),
      String(endpoint?.failed ?? 0),
      String(endpoint?.labels ?? 0),
      model.owner,
    ];
  });
  return `${bold('Models')}\n${formatTable(['model', 'in production', 'requests', 'failed', 'labels', 'owner'], rows)}`;
}

function formatRollouts({ activeRollouts }: Overview): string {
  if (activeRollouts.length === 0) return '';
  const lines = activeRollouts.map((rollout) => {
    const done = Math.round((rollout.weightPercent / 100) * 20);
    const bar = '█'.repeat(done) + '░'.repeat(20 - done);
    return `${rollout.model} version ${rollout.version}  ${formatState(rollout.phase)}  ${bar} ${rollout.weightPercent} %\n  ${dim(rollout.reason)}`;
  });
  return `${bold('Rollouts')}\n${lines.join('\n')}`;
}

function formatPipelines({ runningPipelines }: Overview): string {
  if (runningPipelines.length === 0) return '';
  const lines = runningPipelines.map((run) => {
    const seconds = (Date.now() - Date.parse(run.startedAt)) / 1000;
    return `${run.model} ${dim(formatSeconds(seconds))}  ${run.steps.map((step) => `${step.name} ${formatState(step.status)}`).join(' → ')}`;
  });
  return `${bold('Pipelines')}\n${lines.join('\n')}`;
}

function formatProblems({ alarms, incidents }: Overview): string {
  const lines = [
    ...alarms.map(
      (alarm) =>
        `alarm     ${alarm.endpoint}  ${alarm.subject}  ${formatState(alarm.state)}  ${dim(alarm.detail)}`,
    ),
    ...incidents.map(
      (incident) => `incident  ${incident.endpoint}  ${incident.title}  ${formatState(incident.status)}`,
    ),
  ];
  return lines.length === 0 ? '' : `${bold('Alarms and incidents')}\n${lines.join('\n')}`;
}

function formatServing({ serving }: Overview): string {
  const rows = serving.map((process) => [
    process.processId,
    String(process.pid),
    process.live ? formatState('ready') : formatState('failed'),
    `${Math.round(process.residentBytes / 1e6)} MB`,
  ]);
  return rows.length === 0
    ? ''
    : `${bold('Serving')}\n${formatTable(['process', 'pid', 'state', 'memory'], rows)}`;
}
