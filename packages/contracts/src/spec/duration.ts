const secondsPerUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of a duration as the spec writes it: a whole number and a unit (`s`, `m`, `h`, `d`), such as `30m`.
 *
 * @throws {RangeError} for any other text; a validated spec holds none
 */
export function durationSeconds(duration: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(duration) ?? [];
  const seconds = secondsPerUnit[unit ?? ''];
  if (count === undefined || seconds === undefined)
    throw new RangeError(`Not a duration such as '30m': '${duration}'`);
  return Number(count) * seconds;
}
