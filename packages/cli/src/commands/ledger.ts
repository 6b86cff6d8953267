import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LedgerVerification } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { bold, dim, formatTable, green, red, yellow } from '../output/style.ts';
import { parseWholeNumber } from '../parse-option.ts';
import { readTextFile, unreadable } from '../read-text-file.ts';
import { readExport } from '../verify-ledger/read-export.ts';
import { type ExportVerification, verifyExport } from '../verify-ledger/verify-export.ts';

/** A checkpoint has some hundred bytes; each cosignature adds one. */
const maxCheckpointBytes = 100_000;

export function addLedgerCommand(program: Command): void {
  const ledger = program.command('ledger').description('Read, verify and export the ledger');
  ledger
    .command('show')
    .description('List entries, newest first')
    .option('--type <type>', "type or its beginning, such as 'rollout.'")
    .option('--model <model>', 'entries about one model')
    .option('--limit <count>', 'how many', '30')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend ledger show --type rollout. --model flight-late\n  dividend ledger show --limit 100 --json',
    )
    .action(async (options: { type?: string; model?: string; limit: string }, command: Command) => {
      const { client, print } = await createContext(command);
      const page = await client.ledgerEntries({
        ...options,
        limit: parseWholeNumber(options.limit, '--limit', 1, 1000),
      });
      print(page, ({ items }) =>
        items.length === 0
          ? 'no such entries'
          : formatTable(
              ['seq', 'time', 'type', 'subject', 'actor'],
              items.map((entry) => [
                entry.seq === null ? dim('unsealed') : String(entry.seq),
                entry.time.slice(0, 19).replace('T', ' '),
                entry.type,
                entry.subject,
                entry.actor,
              ]),
            ),
      );
    });
  ledger
    .command('verify')
    .description('Recompute every hash and signature; exit code 1 where something does not hold')
    .option('--file <export>', 'verify an export instead, without any server; - reads standard input')
    .option('--key <public key>', 'with --file: the key that must have signed, got over another way')
    .option('--anchor <checkpoint>', 'with --file: a checkpoint kept elsewhere, which the export must extend')
    .addHelpText(
      'after',
      '\nExamples:\n  dividend ledger verify\n  dividend ledger verify --file ledger.ndjson --key "$(cat ledger.pub)"',
    )
    .action(async (options: { file?: string; key?: string; anchor?: string }, command: Command) => {
      const { client, print } = await createContext(command);
      assertFileOptions(options);
      const result =
        options.file === undefined ? await client.verifyLedger() : await verifyFile(options.file, options);
      print(result, formatVerification);
      if (!result.verified) process.exitCode = 1;
    });
  ledger
    .command('status')
    .description(
      'Id, public key, size and newest checkpoint; hand key and checkpoint to whoever is to verify',
    )
    .addHelpText('after', '\nExamples:\n  dividend ledger status\n  dividend ledger status --json')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = await createContext(command);
      print(await client.ledgerStatus(), ({ origin, publicKey, entries, sealed, latestCheckpoint }) =>
        [
          `${bold(origin)} ${entries} entries, ${sealed} sealed`,
          `key  ${publicKey}`,
          ...(latestCheckpoint ? ['', latestCheckpoint.note.trimEnd()] : []),
        ].join('\n'),
      );
    });
  ledger
    .command('export')
    .description('Write the whole ledger with its proofs to a file that verifies without Dividend')
    .argument('<file>', 'file to write')
    .addHelpText('after', '\nExample:\n  dividend ledger export ledger.ndjson')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { client, print } = await createContext(command);
      await writeWhole(file, await client.exportLedger());
      print({ file }, () => `written to ${file}`);
    });
}

/** Under another name until it is whole: a file of that name is never half an export. */
async function writeWhole(file: string, { body }: Response): Promise<void> {
  const beside = `${file}.part`;
  try {
    if (body) await pipeline(Readable.fromWeb(body as never), createWriteStream(beside));
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new DividendError(
      'FILE_NOT_WRITABLE',
      'invalid_argument',
      `The export cannot be written to '${file}': ${writeProblems[code ?? ''] ?? message}`,
      { field: 'file', cause },
    );
  }
}

const writeProblems: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'you may not write there',
  EROFS: 'you may not write there',
  ENOSPC: 'the disk is full',
};

function assertFileOptions({ file, key, anchor }: { file?: string; key?: string; anchor?: string }): void {
  if (file !== undefined || (key === undefined && anchor === undefined)) return;
  throw new DividendError(
    'OPTION_INVALID',
    'invalid_argument',
    '--key and --anchor go with --file; the running platform verifies with the key of its home folder',
    { field: '--file' },
  );
}

async function verifyFile(
  file: string,
  { key, anchor }: { readonly key?: string; readonly anchor?: string },
): Promise<ExportVerification> {
  try {
    return await verifyExport(readExport(file), {
      ...(key === undefined ? {} : { trustedKey: key.trim() }),
      ...(anchor === undefined ? {} : { anchor: await readTextFile(anchor, '--anchor', maxCheckpointBytes) }),
    });
  } catch (cause) {
    if (cause instanceof DividendError) throw cause;
    if ((cause as NodeJS.ErrnoException).syscall !== undefined)
      throw unreadable(file, '--file', cause as NodeJS.ErrnoException);
    throw new DividendError(
      'EXPORT_UNREADABLE',
      'invalid_argument',
      `'${file}' cannot be verified: ${(cause as Error).message}`,
      { field: '--file', cause },
    );
  }
}

function formatVerification(result: LedgerVerification | ExportVerification): string {
  const { entries, signedEntries, checkpoints, root, problemCount, problems } = result;
  if (!result.verified) {
    const lines = problems.map(
      ({ kind, seq, detail }) => `  ${kind}${seq === null ? '' : ` at ${seq}`}: ${detail}`,
    );
    const more = problemCount > lines.length ? [`  and ${problemCount - lines.length} more`] : [];
    return [red('not verified'), ...lines, ...more].join('\n');
  }
  const seconds = 'seconds' in result ? ` ${dim(`(${result.seconds.toFixed(1)} s)`)}` : '';
  const trust =
    'keyIsTrusted' in result && !result.keyIsTrusted
      ? [yellow('the key came with the file: compare it with one got over another way, or give --key')]
      : [];
  return [
    `${green('verified')} ${entries} entries, ${signedEntries} of them signed, ${checkpoints} checkpoints${seconds}`,
    `root ${bold(root ?? '–')}`,
    ...('publicKey' in result ? [`key  ${result.publicKey}`] : []),
    ...trust,
  ].join('\n');
}
