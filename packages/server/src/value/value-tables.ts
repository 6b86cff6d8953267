import type { BaselineLabel } from '@dividend/core/value';
import type { GeneratedAlways } from 'kysely';
import type { BaselineRow } from './parse-baseline-csv.ts';

export type ValueTables = {
  value_price_book: {
    version: GeneratedAlways<number>;
    digest: string;
    book: unknown;
    set_at: Date;
    set_by: string;
  };
  value_baseline_import: {
    import_index: GeneratedAlways<number>;
    model: string;
    digest: string;
    label: BaselineLabel;
    note: string;
    entry_id: string;
    imported_at: Date;
  };
  value_baseline_record: BaselineRow & { import_index: number };
};
