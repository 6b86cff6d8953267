/** Clients may send any number of milliseconds; beyond the calendar that JavaScript has, it is shown as its end. */
const endOfCalendarMs = 8.64e15;

/** Unix milliseconds as a time in RFC 3339. */
export function toCalendarTime(ms: number): string {
  return new Date(Math.max(-endOfCalendarMs, Math.min(ms, endOfCalendarMs))).toISOString();
}
