import type { BaselineImport, PriceBookAnswer } from '@dividend/contracts/api';
import type { ModelSpec } from '@dividend/contracts/spec';
import { type BaselineSummary, summariseBaseline } from '@dividend/core/value';
import type { Ledger } from '../ledger/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Specs } from '../specs/index.ts';
import { listBaselineRecords, listImports } from './baseline-store.ts';
import { type ModelFacts, readModelFacts } from './model-facts.ts';
import { readPriceBook } from './price-books.ts';
import { type AskedWindow, type ReportWindow, resolveWindow } from './value-window.ts';

export interface ValueServices {
  readonly ledger: Pick<Ledger, 'append' | 'facts'>;
  readonly specs: Pick<Specs, 'getCurrent'>;
}

/** What every report of a model is drawn up from. */
export interface ModelBooks {
  readonly spec: ModelSpec;
  readonly facts: ModelFacts;
  readonly window: ReportWindow;
  readonly nowMs: number;
}

/** @throws {DividendError} SPEC_NOT_FOUND, WINDOW_INVALID */
export async function openBooks(
  { clock }: Platform,
  { ledger, specs }: ValueServices,
  asked: AskedWindow & { readonly model: string },
): Promise<ModelBooks> {
  const { spec } = await specs.getCurrent(asked.model);
  const facts = await readModelFacts(ledger, asked.model);
  const nowMs = clock.now().getTime();
  return { spec, facts, nowMs, window: resolveWindow(asked, facts.epochMs, nowMs) };
}

export interface PricedBaseline {
  readonly book: PriceBookAnswer;
  /** Newest first. */
  readonly imports: readonly BaselineImport[];
  /** Over no records where there is no import. */
  readonly summary: BaselineSummary;
  /** When the manual deployments of it began; empty where unknown. */
  readonly startedAtMs: readonly number[];
}

/** The baseline in force, in the prices in force. */
export async function readPricedBaseline({ db }: Platform, model: string): Promise<PricedBaseline> {
  const [book, imports] = await Promise.all([readPriceBook(db), listImports(db, model)]);
  const { currency, minorUnitDigits } = book.priceBook;
  const records = imports[0]
    ? await listBaselineRecords(db, imports[0], { code: currency, minorUnitDigits })
    : [];
  return {
    book,
    imports,
    summary: summariseBaseline(records, book.priceBook),
    startedAtMs: records.flatMap(({ startedAtMs }) => startedAtMs ?? []),
  };
}
