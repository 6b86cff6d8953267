import type { ApplyResult } from '@dividend/contracts/api';
import type { Client } from '@dividend/sdk';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { bold, dim, green, red, yellow } from '../output/style.ts';
import { readSpecFolder } from '../read-spec-folder.ts';

export function addApplyCommand(program: Command): void {
  program
    .command('apply')
    .description('Make a spec the one in force for its model')
    .argument('[file]', 'spec file', 'dividend.yaml')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend apply examples/flights/dividend.yaml\n  dividend apply --json',
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { client, print, say } = await createContext(command);
      print(await applySpec(client, file, false, say), (result) =>
        result.changed
          ? `${green('applied')} ${bold(result.model)} ${dim(result.specDigest.slice(0, 19))}\n${formatChanges(result)}`.trimEnd()
          : `${bold(result.model)} is unchanged`,
      );
    });
}

export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .description('Show what apply would change; exit code 1 where it would')
    .argument('[file]', 'spec file', 'dividend.yaml')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend diff examples/flights/dividend.yaml\n  dividend diff --json && echo "nothing to apply"',
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { client, print } = await createContext(command);
      const result = await applySpec(client, file, true);
      print(result, () => (result.changed ? formatChanges(result) : `${bold(result.model)} is unchanged`));
      process.exitCode = result.changed ? 1 : 0;
    });
}

/** Uploads what control lacks, then applies; `dryRun` only compares. */
export async function applySpec(
  client: Client,
  file: string,
  dryRun: boolean,
  say: (line: string) => void = () => {},
): Promise<ApplyResult> {
  const folder = await readSpecFolder(file);
  if (folder.tooLarge.length > 0)
    say(
      yellow(`left behind, over 5 MB: ${folder.tooLarge.join(', ')} (data belongs in a source of 'ingest')`),
    );
  const request = {
    spec: folder.specText,
    baseDir: folder.baseDir,
    files: folder.files.map(({ path, digest }) => ({ path, digest })),
    dryRun,
  };
  const first = await client.apply(request);
  if (first.missingBlobs.length === 0 || dryRun) return first;
  const missing = new Set(first.missingBlobs);
  for (const { digest, content } of folder.files)
    if (missing.delete(digest)) await client.putBlob(digest, content);
  return client.apply(request);
}

function formatChanges(result: ApplyResult): string {
  const isNew = result.changes.every(({ before }) => before === undefined || before === null);
  if (isNew) return dim(`a new model; its spec says ${result.changes.map(({ path }) => path).join(', ')}`);
  const show = (value: unknown) => (value === undefined ? '–' : JSON.stringify(value));
  return result.changes
    .map(({ path, before, after }) => {
      const lines = [bold(path)];
      if (before !== undefined && before !== null) lines.push(red(`  - ${show(before)}`));
      if (after !== undefined && after !== null) lines.push(green(`  + ${show(after)}`));
      return lines.join('\n');
    })
    .join('\n');
}
