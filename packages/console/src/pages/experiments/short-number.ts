/** Characters that a column of params has room for. */
const roomyCharacters = 14;
const significantDigits = 6;

/** A param that is a long decimal number, by its first digits and its power: cut at its end, `1.0274949e-05` would read as one. */
export function toShortNumber(text: string): string {
  if (text.length <= roomyCharacters || !/^[+-]?\d+\.\d+(e[+-]?\d+)?$/i.test(text)) return text;
  const number = Number(text);
  // Python writes small numbers as powers where JavaScript still counts zeros.
  return Math.abs(number) < 1e-4 && number !== 0
    ? number.toExponential(significantDigits - 1)
    : String(Number(number.toPrecision(significantDigits)));
}
