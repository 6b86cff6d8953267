import { text } from 'node:stream/consumers';
import { parseTrialRequest } from './trial/parse-trial-request.ts';
import { failTrial, runTrial, type TrialResult } from './trial/run-trial.ts';

/**
 * Loads a model as serving would, in a process of its own: a malformed file may bring down the process that loads it. Reads
 * a request as JSON from the first argument or standard input, prints one line of JSON and exits with 0 whatever the verdict.
 */
async function main(): Promise<void> {
  const result = await answer(process.argv[2] ?? (await text(process.stdin)));
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify(result)}\n`, resolve));
  process.exit(0);
}

async function answer(request: string): Promise<TrialResult> {
  try {
    return await runTrial(parseTrialRequest(request));
  } catch (error) {
    return failTrial(error);
  }
}

await main();
