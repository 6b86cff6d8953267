import type { ImportReport } from '@dividend/contracts/imports';
import { itemKinds } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { openArtifactFolder } from '../mlflow/artifact-folder.ts';
import { openDatabaseSource } from '../mlflow/database-source.ts';
import { dryTarget, openImportTarget } from '../mlflow/import-target.ts';
import { createProgress, describeTransfer, endOnInterrupt, formatBytes } from '../mlflow/progress.ts';
import { refuseSameServer } from '../mlflow/refuse-same-server.ts';
import { openRestSource } from '../mlflow/rest-source.ts';
import { runImport } from '../mlflow/run-import.ts';
import type { MlflowSource } from '../mlflow/source.ts';
import type { Tally } from '../mlflow/tally.ts';
import { bold, dim, formatSeconds, formatTable, green, red, yellow } from '../output/style.ts';

interface ImportMlflowOptions {
  readonly from: string;
  readonly artifacts?: string | false;
  readonly experiments?: readonly string[];
  readonly dryRun?: boolean;
}

/** Problems printed; the report has more. */
const shownProblems = 20;

export function addImportCommand(program: Command): void {
  const parent = program.command('import').description('Bring over what another server holds');
  parent
    .command('mlflow')
    .description(
      'Bring a whole MLflow server over: experiments, runs, metric histories, models, registry, traces, artifacts',
    )
    .requiredOption(
      '--from <source>',
      "the server's URL, or its backend store: sqlite:///… or postgresql://…",
    )
    .option('--artifacts <folder>', 'its artifact root on this machine; a backend store needs it')
    .option('--no-artifacts', 'leave all files behind')
    .option('--experiments <names...>', 'only these, by name or id, with the versions that stand on them')
    .option('--dry-run', 'read and check everything, count, send nothing')
    .addHelpText(
      'after',
      `
Started again, it goes on where it was: what is over is found by its id and content, and nothing that was changed here is
overwritten. Exit code 1 where something was refused, is in conflict, or does not read back as it was.

Examples:
  dividend import mlflow --from http://mlflow:5000 --dry-run
  dividend import mlflow --from sqlite:////srv/mlflow/mlflow.db --artifacts /srv/mlflow/artifacts
  dividend import mlflow --from http://mlflow:5000 --experiments flights credit --json`,
    )
    .action(async (options: ImportMlflowOptions, command: Command) => {
      const { client, json, print } = await createContext(command);
      const source = await openSource(options);
      if (isAddress(options.from)) await refuseSameServer(client, options.from, '--from');
      const started = performance.now();
      let tally: Tally | undefined;
      const progress = createProgress(!json || process.stderr.isTTY === true, () =>
        describeTransfer(tally, (performance.now() - started) / 1000),
      );
      endOnInterrupt(progress.end);
      try {
        const target = options.dryRun ? dryTarget : await openImportTarget(client, source.label);
        const report = await runImport({
          source,
          target,
          experiments: options.experiments,
          withFiles: options.artifacts !== false,
          onProgress: (current) => {
            tally = current;
            progress.tick();
          },
        });
        const view = await target.finish(report);
        progress.end();
        const ended = { ...report, dryRun: target === dryTarget, importId: view?.importId ?? null };
        print({ ...ended, reportDigest: view?.reportDigest ?? null, entryId: view?.entryId ?? null }, () =>
          formatReport(report, target === dryTarget),
        );
        const isWhole = report.problemCount === 0 && (target === dryTarget || report.verified);
        if (!isWhole) process.exitCode = 1;
      } finally {
        progress.end();
        await source.close();
      }
    });
}

function isAddress(from: string): boolean {
  return /^https?:\/\//.test(from);
}

async function openSource({ from, artifacts }: ImportMlflowOptions): Promise<MlflowSource> {
  const folder = typeof artifacts === 'string' ? await openArtifactFolder(artifacts) : undefined;
  if (isAddress(from)) return openRestSource(from, folder);
  if (!/^(sqlite:\/\/\/|postgres(ql)?(\+\w+)?:\/\/)/.test(from)) {
    throw new DividendError(
      'OPTION_INVALID',
      'invalid_argument',
      `'${from.slice(0, 200)}' is no source: give the server's URL, 'sqlite:///<file>' or 'postgresql://…'; other databases come over the URL of their server`,
      { field: '--from' },
    );
  }
  if (folder === undefined && artifacts !== false) {
    throw new DividendError(
      'OPTION_INVALID',
      'invalid_argument',
      'A backend store knows where the files are but does not hold them; give --artifacts <folder>, or --no-artifacts to leave them behind',
      { field: '--artifacts' },
    );
  }
  return openDatabaseSource(from, folder);
}

function formatReport(report: ImportReport, isDryRun: boolean): string {
  const { source, sourceVersion, kinds, points, artifactBytes, problems, problemCount, notBrought } = report;
  const rows = itemKinds.flatMap((kind) => {
    const counts = kinds[kind];
    if (counts === undefined) return [];
    const { source: read, created, updated, unchanged, kept, conflicts, refused, verified, differ } = counts;
    const left = kept + conflicts + refused;
    if (isDryRun) return [[kind, String(read), String(refused)]];
    const over = [read, created, updated, unchanged].map(String);
    const proof = differ === 0 ? green(`${verified} equal`) : red(`${differ} differ`);
    return [[kind, ...over, left === 0 ? '0' : red(String(left)), proof]];
  });
  const header = isDryRun
    ? ['', 'would come', 'refused']
    : ['', 'source', 'new', 'updated', 'unchanged', 'left out', 'verified'];
  const others = Object.entries(notBrought).map(([name, count]) => `${name}: ${count}`);
  return [
    `${bold(source)} ${dim(sourceVersion ?? '')}`,
    formatTable(header, rows),
    `${points} metric points, ${report.spans ?? 0} spans, ${formatBytes(artifactBytes)} of files, ${formatSeconds(report.seconds)}`,
    ...(others.length === 0 ? [] : [yellow(`not brought over: ${others.join(', ')}`)]),
    ...problems
      .slice(0, shownProblems)
      .map(({ kind, id, state, reason }) => `${red(state)} ${kind} ${id}: ${reason}`),
    ...(problemCount > shownProblems
      ? [`and ${problemCount - shownProblems} more; --json lists up to 1000`]
      : []),
    isDryRun
      ? 'dry run: nothing was sent'
      : report.verified
        ? green('verified: counts and digests are equal on both sides')
        : red('not verified: what is there differs from what was read'),
  ].join('\n');
}
