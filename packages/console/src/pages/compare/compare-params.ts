/** More lines are no picture any more, and one request of the history API takes as many. */
export const mostCompared = 100;

/** What the address of a comparison can say. */
export const compareParams = ['runs', 'tab', 'all', 'x', 'y', 'color', 'axes', 'curves'] as const;
