/** How long something took, or has been running until `now`; null where it has not begun. Times are RFC 3339. */
export function readSeconds(startedAt: string | null, finishedAt: string | null, now: number): number | null {
  if (startedAt === null) return null;
  return Math.max(0, ((finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt)) / 1000);
}
