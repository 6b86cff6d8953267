/** What measures of a classifier are called on the screen, and what they tell. */
export const measureWords = {
  brierSkill: {
    label: 'Brier skill',
    hint: 'share of the Brier loss that is saved against always saying the mean; 1 is perfect, 0 is no better.',
  },
  auc: {
    label: 'AUC',
    hint: 'chance that a positive is ranked above a negative; 1 is perfect, 0.5 is chance.',
  },
  logLoss: {
    label: 'Log loss',
    hint: 'mean surprise at the truth, in nats; 0 is perfect, and being sure of the wrong costs most.',
  },
  brier: {
    label: 'Brier loss',
    hint: 'mean squared distance of the score from the truth; 0 is perfect, 1 is worst.',
  },
  ece: {
    label: 'Calibration error',
    hint: 'mean distance between what scores say and how often it was so; 0 is perfect.',
  },
} as const;

export type Measure = keyof typeof measureWords;
