import { toFilterText } from './filter-text.ts';

const comparators = /[=<>]|(^|\s)(i?like|in|is)\s/i;

/**
 * What somebody wrote, as a filter of the registry: a filter of MLflow's grammar stays one, anything else is a part of
 * the name. `within` narrows it further.
 */
export function toRegistryFilter(question: string, within?: string): string {
  const text = question.trim();
  const own = text === '' ? '' : comparators.test(text) ? text : `name ILIKE ${toFilterText(`%${text}%`)}`;
  if (within === undefined || own === '') return within ?? own;
  return `(${own}) AND (${within})`;
}

/** Models by their names. */
export function toNamesFilter(names: readonly string[]): string {
  return names.map((name) => `name = ${toFilterText(name)}`).join(' OR ');
}
