import type {
  BaselineAnswer,
  BaselineImportResult,
  CostAnswer,
  DoraAnswer,
  DriftLagAnswer,
  PriceBookAnswer,
  PriceBookRequest,
  PublishedAnswer,
  RoiAnswer,
  RoiQuery,
  ValueQuery,
} from '@dividend/contracts/api';
import type { Domain } from '../platform/platform.ts';
import type { ImportBaseline } from './import-baseline.ts';

/** The books: computed from the ledger each time they are asked for, kept nowhere beside it. */
export interface Value extends Domain {
  /** @throws {DividendError} SPEC_NOT_FOUND, WINDOW_INVALID, as do the three below */
  dora(query: ValueQuery): Promise<DoraAnswer>;
  costPerDeployment(query: ValueQuery): Promise<CostAnswer>;
  driftLag(query: ValueQuery): Promise<DriftLagAnswer>;
  roi(query: RoiQuery): Promise<RoiAnswer>;
  /** Empty where nothing was imported. */
  baseline(model: string): Promise<BaselineAnswer>;
  /** A baseline may come before the spec. @throws {DividendError} BASELINE_CSV_INVALID, BASELINE_LABEL_CONFLICT */
  importBaseline(request: ImportBaseline): Promise<BaselineImportResult>;
  priceBook(): Promise<PriceBookAnswer>;
  /** @throws {DividendError} PRICE_BOOK_INVALID */
  setPriceBook(book: PriceBookRequest): Promise<PriceBookAnswer>;
  published(): PublishedAnswer;
}
