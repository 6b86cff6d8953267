/** A plain value that a gate may look at. */
export type GateValue =
  | number
  | string
  | boolean
  | null
  | readonly GateValue[]
  | { readonly [key: string]: GateValue };

/**
 * What gates judge a release by. Numbers are CEL doubles. What is not known is left out, so that `has(…)` is false and
 * any other use of it is an error: the unknown passes no gate by itself.
 */
export interface GateEvidence {
  /** Metrics of the version that wants to move, by name. */
  readonly candidate: Readonly<Record<string, number>>;
  /** Metrics of the version in production; empty where there is none. */
  readonly champion: Readonly<Record<string, number>>;
  /** Outcome of each check before the gates, by name. */
  readonly checks: Readonly<Record<string, boolean>>;
  /** What the trial load measured. */
  readonly trial: Readonly<Record<string, GateValue>>;
  /** The release itself: change kind, trigger, size and the like. */
  readonly release: Readonly<Record<string, GateValue>>;
}

/** CEL type of each variable of a gate. */
export const gateVariables = {
  candidate: 'map<string, double>',
  champion: 'map<string, double>',
  checks: 'map<string, bool>',
  trial: 'map<string, dyn>',
  release: 'map<string, dyn>',
} as const satisfies Readonly<Record<keyof GateEvidence, string>>;
