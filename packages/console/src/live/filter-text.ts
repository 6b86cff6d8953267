/** A name as the search grammar reads it: quoted where it holds more than letters, digits and `_`. */
export function toFilterName(entity: string, key: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(key) ? `${entity}.${key}` : `${entity}.\`${key}\``;
}

/** A text as the search grammar reads it. */
export function toFilterText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
