import { invalidRequest } from './invalid-request.ts';

const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** End of the year 9999; a time zone west of it would lead into one that RFC 3339 cannot write. */
const latestMs = Date.UTC(10_000, 0, 1) - 1;

/**
 * Time the prediction speaks of, Unix milliseconds; undefined where the caller gave none. From 1970 on, which is where the
 * 48 bits of a receipt begin.
 */
export function parseEventTime(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && rfc3339.test(value)) {
    const time = Date.parse(value.toUpperCase());
    if (time >= 0 && time <= latestMs && isDayOfMonth(value)) return time;
  }
  throw invalidRequest('parameters.event_time', "an RFC 3339 time such as '2026-01-31T12:00:00Z'", value);
}

/** The parser of the platform takes a 30 February for the 2 March. */
function isDayOfMonth(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return (day ?? 0) <= new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
}
