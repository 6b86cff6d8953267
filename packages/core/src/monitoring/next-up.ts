const cell = new DataView(new ArrayBuffer(8));

/**
 * Least double above a finite number, so that [x, nextUp(x)) holds x alone.
 *
 * Source: IEEE 754-2019, 5.3.1 nextUp; matches numpy.nextafter(x, inf).
 */
export function computeNextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  cell.setFloat64(0, value);
  const bits = cell.getBigInt64(0);
  cell.setBigInt64(0, bits + (value > 0 ? 1n : -1n));
  return cell.getFloat64(0);
}
