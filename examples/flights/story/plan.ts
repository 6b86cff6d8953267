/**
 * When what happens in the demo. The README of this example gives the study that these choices rest on; times are of the
 * flights, 2001, in UTC.
 */
export const plan = {
  model: 'flight-late',
  firstTraining: { from: '2001-01-08', to: '2001-02-12' },
  trafficStart: new Date('2001-02-12T00:00:00Z'),
  trafficEnd: new Date('2001-07-01T00:00:00Z'),
  requestsPerSecond: 300,
  /** While releases are on trial. */
  calmDaysPerSecond: 0.25,
  /** While the world moves: a month in half a minute. */
  fastDaysPerSecond: 0.9,
} as const;
