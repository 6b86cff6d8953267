import { DividendError } from '@dividend/core/errors';
import { tokenizeFilter } from '@dividend/core/search';

/** One term of an order: `metrics.accuracy DESC`. */
export interface OrderTerm {
  readonly entity: string | undefined;
  readonly key: string;
  readonly descending: boolean;
  readonly source: string;
}

/** @throws {DividendError} ORDER_INVALID */
export function parseOrderTerm(source: string): OrderTerm {
  const [name, direction, end] = readTokens(source);
  const isKey = name?.kind === 'identifier' || (name?.kind === 'quoted' && name.quote !== "'");
  if (!isKey || (direction?.kind !== 'end' && end?.kind !== 'end')) {
    throw invalidOrder(`Invalid order_by clause '${source}'. Could not be parsed.`);
  }
  const word = direction?.kind === 'keyword' ? direction.word : '';
  if (direction?.kind !== 'end' && word !== 'ASC' && word !== 'DESC') {
    throw invalidOrder(`Invalid ordering key in order_by clause '${source}'.`);
  }
  const left = name.kind === 'identifier' ? { entity: name.entity, key: name.key } : splitQuoted(name.value);
  return { ...left, descending: word === 'DESC', source };
}

/** MLflow's own pages quote an order as a whole: `"metrics.acc"`. */
function splitQuoted(text: string): { entity: string | undefined; key: string } {
  const dot = text.indexOf('.');
  return dot === -1
    ? { entity: undefined, key: text }
    : { entity: text.slice(0, dot), key: text.slice(dot + 1) };
}

function readTokens(source: string) {
  try {
    return tokenizeFilter(source);
  } catch {
    throw invalidOrder(`Invalid order_by clause '${source.slice(0, 200)}'. Could not be parsed.`);
  }
}

export function invalidOrder(message: string): DividendError {
  return new DividendError('ORDER_INVALID', 'invalid_argument', message, { field: 'order_by' });
}
