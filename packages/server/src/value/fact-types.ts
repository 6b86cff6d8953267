import type { LedgerEntryType } from '@dividend/contracts/ledger';
import type { LedgerFact } from '../ledger/index.ts';

/** Entries that the books are drawn up from; all of them name their model. */
export const factTypes = [
  'spec.applied',
  'pipeline.started',
  'step.finished',
  'release.created',
  'release.refused',
  'gate.judged',
  'approval.given',
  'rollout.started',
  'rollout.step',
  'rollout.promoted',
  'rollout.rolledBack',
  'rollout.aborted',
  'drift.raised',
  'drift.cleared',
  'performance.fell',
  'incident.opened',
  'incident.resolved',
] as const satisfies readonly LedgerEntryType[];

export type FactType = (typeof factTypes)[number];
export type FactOf<Type extends FactType = FactType> = Extract<LedgerFact, { type: Type }>;

/** The facts of one type. */
export function ofType<Type extends FactType>(facts: readonly FactOf[], type: Type): FactOf<Type>[] {
  return facts.filter((fact): fact is FactOf<Type> => fact.type === type);
}
