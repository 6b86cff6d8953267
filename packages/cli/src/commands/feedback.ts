import { DividendError } from '@dividend/core/errors';
import type { Client } from '@dividend/sdk';
import type { Command } from 'commander';
import { createContext } from '../command-context.ts';
import { createProgress } from '../mlflow/progress.ts';
import { type LabelLine, parseLabel, readLabelFile } from './feedback-labels.ts';

const labelsPerRequest = 5_000;

interface Total {
  accepted: number;
  duplicates: number;
  /** `line` of the file; 1 for a receipt given as an argument. */
  readonly rejected: { line: number; reason: string }[];
}

export function addFeedbackCommand(program: Command): void {
  program
    .command('feedback')
    .description('Give the truth of earlier predictions: one receipt and label, or a CSV of them')
    .argument('[receipt]', 'receipt of the prediction')
    .argument('[label]', 'truth: 0, 1 or a number between')
    .option('--file <csv>', "CSV with the header 'receipt,label'; - reads standard input")
    .addHelpText(
      'after',
      '\nA file is checked whole before any of it is sent. Sending again changes nothing. Exit code 1 where a receipt was refused.\n\nExamples:\n  dividend feedback AQEB… 1\n  dividend feedback --file labels.csv',
    )
    .action(
      async (
        receipt: string | undefined,
        label: string | undefined,
        { file }: { file?: string },
        command: Command,
      ) => {
        assertOneSource(receipt, label, file);
        const { client, print } = await createContext(command);
        const total: Total = { accepted: 0, duplicates: 0, rejected: [] };
        if (file === undefined)
          await send(
            client,
            [{ line: 1, receipt: receipt ?? '', label: parseLabel(label ?? '', 'given') }],
            total,
          );
        else await sendFile(client, file, total);
        print(total, (sum) =>
          [
            `accepted ${sum.accepted}, known before ${sum.duplicates}, refused ${sum.rejected.length}`,
            ...sum.rejected
              .slice(0, 10)
              .map((each) => `  ${file === undefined ? '' : `line ${each.line}: `}${each.reason}`),
          ].join('\n'),
        );
        if (total.rejected.length > 0) process.exitCode = 1;
      },
    );
}

function assertOneSource(
  receipt: string | undefined,
  label: string | undefined,
  file: string | undefined,
): void {
  const isArguments = receipt !== undefined && label !== undefined;
  if (file === undefined ? isArguments : receipt === undefined) return;
  throw new DividendError(
    'ARGUMENT_MISSING',
    'invalid_argument',
    'Feedback takes either a receipt and a label, or --file with a CSV of them',
  );
}

async function sendFile(client: Client, file: string, total: Total): Promise<void> {
  // Standard input cannot be read twice; what a wrong line leaves behind there is sent again without harm.
  if (file !== '-') for await (const _ of readLabelFile(file));
  const sent = () => total.accepted + total.duplicates + total.rejected.length;
  const progress = createProgress(true, () => `${sent()} labels sent`);
  let batch: LabelLine[] = [];
  for await (const label of readLabelFile(file)) {
    batch.push(label);
    if (batch.length < labelsPerRequest) continue;
    await send(client, batch, total);
    progress.tick();
    batch = [];
  }
  if (batch.length > 0) await send(client, batch, total);
  progress.end();
}

async function send(client: Client, batch: readonly LabelLine[], total: Total): Promise<void> {
  const result = await client.feedback({ labels: batch.map(({ receipt, label }) => ({ receipt, label })) });
  total.accepted += result.accepted;
  total.duplicates += result.duplicates;
  for (const { index, reason } of result.rejected)
    total.rejected.push({ line: batch[index]?.line ?? 0, reason });
}
