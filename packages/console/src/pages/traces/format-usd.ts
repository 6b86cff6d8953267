/** A call of a model costs parts of a cent: two significant digits below one dollar. */
export function formatUsd(amount: number | null): string {
  if (amount === null) return '–';
  const digits = Math.abs(amount) < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', ...digits })
    .format(amount)
    .replace('-', '−\u2060');
}
