import { type ImportReport, itemKinds } from '@dividend/contracts/imports';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { openMlflowTarget } from '../mlflow/mlflow-target.ts';
import { openPinnedFiles } from '../mlflow/pinned-files.ts';
import { createProgress, describeTransfer, endOnInterrupt, formatBytes } from '../mlflow/progress.ts';
import { refuseSameServer } from '../mlflow/refuse-same-server.ts';
import { openRestSource } from '../mlflow/rest-source.ts';
import { runExport } from '../mlflow/run-export.ts';
import type { Tally } from '../mlflow/tally.ts';
import { bold, dim, formatSeconds, formatTable, green, red, yellow } from '../output/style.ts';

/** Problems printed; `--json` has more. */
const shownProblems = 20;

export function addExportCommand(program: Command): void {
  const parent = program.command('export').description('Take what is here to another server');
  parent
    .command('mlflow')
    .description(
      'Write experiments, runs, metric histories, models, registry, traces and artifacts into an MLflow server',
    )
    .requiredOption('--to <url>', 'tracking URI of the MLflow server')
    .option('--experiments <names...>', 'only these, by name or id, with the versions that stand on them')
    .addHelpText(
      'after',
      `
The server gives new ids; each run, logged model and version carries its id here in the tag 'dividend.exported.id', and a second
export goes on by it. Exit code 1 where something was refused, is in conflict, or does not read back as it is here.

Examples:
  dividend export mlflow --to http://mlflow:5000
  dividend export mlflow --to http://mlflow:5000 --experiments flights --json`,
    )
    .action(async (options: { to: string; experiments?: readonly string[] }, command: Command) => {
      const { client, json, print } = await createContext(command);
      const target = await openMlflowTarget(options.to);
      await refuseSameServer(client, options.to, '--to');
      const [source, there] = [
        await openRestSource(client.url, undefined),
        await openRestSource(options.to, undefined),
      ];
      let tally: Tally | undefined;
      const started = performance.now();
      const progress = createProgress(!json || process.stderr.isTTY === true, () =>
        describeTransfer(tally, (performance.now() - started) / 1000),
      );
      endOnInterrupt(progress.end);
      try {
        const report = await runExport({
          source,
          there,
          target,
          pinned: openPinnedFiles(client.url),
          experiments: options.experiments,
          onProgress: (current) => {
            tally = current;
            progress.tick();
          },
        });
        progress.end();
        print({ ...report, target: target.label, targetVersion: target.version }, () =>
          formatReport(report, `${bold(target.label)} ${dim(target.version)}`),
        );
        if (report.problemCount > 0 || !report.verified) process.exitCode = 1;
      } finally {
        progress.end();
      }
    });
}

function formatReport(report: ImportReport, title: string): string {
  const { kinds, points, artifactBytes, problems, problemCount, notBrought } = report;
  const rows = itemKinds.flatMap((kind) => {
    const counts = kinds[kind];
    if (counts === undefined) return [];
    const { source, created, updated, unchanged, kept, conflicts, refused, verified, differ } = counts;
    const left = kept + conflicts + refused;
    const proof = differ === 0 ? green(`${verified} equal`) : red(`${differ} differ`);
    return [
      [
        kind,
        ...[source, created, updated, unchanged].map(String),
        left === 0 ? '0' : red(String(left)),
        proof,
      ],
    ];
  });
  const others = Object.entries(notBrought).map(([name, count]) => `${name}: ${count}`);
  return [
    title,
    formatTable(['', 'here', 'new', 'updated', 'unchanged', 'left out', 'verified'], rows),
    `${points} metric points, ${formatBytes(artifactBytes)} of files, ${formatSeconds(report.seconds)}`,
    ...(others.length === 0 ? [] : [yellow(`not taken along: ${others.join(', ')}`)]),
    ...problems
      .slice(0, shownProblems)
      .map(({ kind, id, state, reason }) => `${red(state)} ${kind} ${id}: ${reason}`),
    ...(problemCount > shownProblems
      ? [`and ${problemCount - shownProblems} more; --json lists up to 1000`]
      : []),
    report.verified
      ? green('verified: it reads back as it is here')
      : red('not verified: it does not read back as it is here'),
  ].join('\n');
}
