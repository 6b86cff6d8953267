import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { RoundOrder, RoundResult } from './load-process.ts';
import { hasBound } from './postgres-bound.ts';
import type { RequestRow } from './request-rows.ts';
import type { Seeded } from './seed-plan.ts';

/** Medians over the rounds of a row. */
export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all rounds together. */
  readonly answered: number;
  readonly failures: number;
  readonly firstFailure: string | undefined;
}

export interface RowResult {
  readonly name: string;
  readonly connections: number;
  readonly mlflow: Figures;
  readonly dividend: Figures;
  /** Undefined where the row has no statement of its own to run on PostgreSQL. */
  readonly bound: Figures | undefined;
}

export interface Contender {
  readonly name: 'mlflow' | 'dividend';
  readonly url: string;
  readonly databaseUrl: string;
  readonly seeded: Seeded;
}

/** Sends one order after the other to a load process of its own. */
export function startLoad(): { run(order: RoundOrder): Promise<RoundResult>; stop(): void } {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load-process.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null) => reject(new Error(`The load process ended with ${code}`));
        child.once('exit', onExit);
        child.once('message', (result) => {
          child.off('exit', onExit);
          resolve(result as RoundResult);
        });
        child.send(order);
      }),
    stop: () => child.kill(),
  };
}

/** Warms up, then alternates: a round of each server and of the bound, in turning order. */
export async function measureRow(
  row: RequestRow,
  contenders: readonly Contender[],
  options: { rounds: number; seconds: number; runRound: (order: RoundOrder) => Promise<RoundResult> },
): Promise<RowResult> {
  const dividend = contenders.find(({ name }) => name === 'dividend') as Contender;
  const targets = contenders.map(({ name, url, seeded }) => ({ name: name as string, url, seeded }));
  if (hasBound(row)) targets.push({ name: 'bound', url: dividend.databaseUrl, seeded: dividend.seeded });
  const results = new Map<string, RoundResult[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round <= options.rounds; round++) {
    const isWarmUp = round === 0;
    const seconds = isWarmUp ? Math.min(1, options.seconds) : options.seconds;
    for (const { name, url, seeded } of round % 2 === 0 ? targets : targets.toReversed()) {
      const result = await options.runRound({ row: row.name, url, seeded, seconds });
      if (!isWarmUp) results.get(name)?.push(result);
    }
  }
  const figures = (name: string) => toFigures(results.get(name) ?? []);
  return {
    name: row.name,
    connections: row.connections,
    mlflow: figures('mlflow'),
    dividend: figures('dividend'),
    bound: hasBound(row) ? figures('bound') : undefined,
  };
}

function toFigures(rounds: readonly RoundResult[]): Figures {
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    answered: rounds.reduce((sum, { answered }) => sum + answered, 0),
    failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
    firstFailure: rounds.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
