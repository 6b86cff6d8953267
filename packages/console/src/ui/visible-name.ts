/** A name as it can be seen and pointed at: one of spaces alone would leave nothing to click. */
export function toVisibleName(name: string): string {
  return /[^\p{Z}\p{C}]/u.test(name) ? name : 'blank name';
}
