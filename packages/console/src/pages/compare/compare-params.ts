/** More lines are no picture any more, and one request of the history API takes as many. */
export const mostCompared = 100;

/** What the address of a comparison can say; the last ones as in the charts of a run. */
export const compareParams = [
  'runs',
  'tab',
  'all',
  'across',
  'up',
  'color',
  'axes',
  'curves',
  'x',
  'log',
  'smooth',
  'from',
  'to',
] as const;
