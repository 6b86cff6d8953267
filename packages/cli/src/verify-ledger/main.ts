/**
 * Verifies an export of the ledger by itself, for whoever does not run Dividend:
 *
 *   node packages/cli/src/verify-ledger/main.ts ledger.ndjson [--key <public key>] [--anchor <checkpoint file>]
 *
 * Prints the result as JSON. Exit code 0: verified; 1: something does not hold; 2: not an export, or wrong arguments.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readExport } from './read-export.ts';
import { verifyExport } from './verify-export.ts';

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, anchor: { type: 'string' } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error('Name one file, or - for standard input');
  const result = await verifyExport(readExport(file), {
    ...(values.key === undefined ? {} : { trustedKey: values.key }),
    ...(values.anchor === undefined ? {} : { anchor: await readFile(values.anchor, 'utf8') }),
  });
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.verified ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
