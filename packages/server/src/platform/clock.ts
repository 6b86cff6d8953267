/** The time of the machine, as an argument, so that a test can stand it still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
