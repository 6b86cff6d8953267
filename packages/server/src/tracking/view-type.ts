import { Type } from 'typebox';
import type { LifecycleStage } from './tracking-tables.ts';

/** Which lifecycle stages a search shows. */
export const ViewType = Type.Union([
  Type.Literal('ACTIVE_ONLY'),
  Type.Literal('DELETED_ONLY'),
  Type.Literal('ALL'),
]);

export const LifecycleStageMessage = Type.Union([Type.Literal('active'), Type.Literal('deleted')]);

export function stagesOf(view: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL' = 'ACTIVE_ONLY'): LifecycleStage[] {
  if (view === 'ALL') return ['active', 'deleted'];
  return view === 'ACTIVE_ONLY' ? ['active'] : ['deleted'];
}
