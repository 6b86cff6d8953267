/**
 * Path of the first text, name or value, that PostgreSQL cannot keep: one with a NUL, or with half of a surrogate pair, which no
 * JSON column takes. Undefined where there is none.
 */
export function findUnkeptText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isKept(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    const found = isKept(name) ? findUnkeptText(item, `${path}/${name}`) : path;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isKept(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
