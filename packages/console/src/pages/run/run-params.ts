export const runTabs = ['overview', 'charts', 'system', 'artifacts'] as const;
export type RunTab = (typeof runTabs)[number];

/** What the address of a run can say: a tab, what its charts show, and which artifact is open. */
export const runParams = [
  'tab',
  'q',
  'x',
  'log',
  'smooth',
  'from',
  'to',
  'metric',
  'model',
  'path',
  'step',
] as const;
