import { checkRunId } from '../log-limits.ts';
import { invalidColumn } from './run-columns.ts';

const usualMost = 500;

/** Ids joined by commas, each once. @throws {DividendError} COLUMN_INVALID, PARAMETER_INVALID */
export function parseRunIds(text: string, most = usualMost): string[] {
  const ids = [...new Set(text.split(',').filter(Boolean))];
  if (ids.length > most) {
    throw invalidColumn('ids', `At most ${most} runs are read at a time, these are ${ids.length}`);
  }
  return ids.map(checkRunId);
}
