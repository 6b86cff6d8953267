import { resolve } from 'node:path';
import { type Client, createClient } from '@dividend/sdk';
import type { Command } from 'commander';
import { parseHttpUrl } from './parse-option.ts';
import { findRunningPlatform } from './supervisor/home-lock.ts';

/** Options that every command understands. */
export interface GlobalOptions {
  readonly url?: string;
  readonly home: string;
  readonly json?: boolean;
}

export interface CommandContext {
  readonly client: Client;
  readonly json: boolean;
  /** Prints the answer: as JSON with --json, else as `toText` says it. */
  print<Value>(value: Value, toText: (value: Value) => string): void;
  /** A line for people; silent with --json. */
  say(line: string): void;
}

/**
 * Finds the platform: --url, DIVIDEND_URL, the one that runs on the home folder, else the default address.
 * @throws {DividendError} OPTION_INVALID
 */
export async function createContext(command: Command): Promise<CommandContext> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const running = await findRunningPlatform(resolve(options.home));
  const named = options.url ?? process.env.DIVIDEND_URL;
  const namedServing = process.env.DIVIDEND_SERVING_URL;
  const url =
    named === undefined
      ? running?.controlUrl
      : parseHttpUrl(named, options.url === undefined ? 'DIVIDEND_URL' : '--url');
  const servingUrl =
    namedServing === undefined ? running?.servingUrl : parseHttpUrl(namedServing, 'DIVIDEND_SERVING_URL');
  const json = options.json === true;
  return {
    client: createClient({ ...(url ? { url } : {}), ...(servingUrl ? { servingUrl } : {}) }),
    json,
    print: (value, toText) =>
      process.stdout.write(`${json ? JSON.stringify(value, null, 2) : toText(value)}\n`),
    say: (line) => {
      if (!json) process.stdout.write(`${line}\n`);
    },
  };
}
