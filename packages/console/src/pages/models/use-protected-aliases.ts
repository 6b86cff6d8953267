import type { AppliedSpec } from '@dividend/contracts/spec';
import { useApi } from '../../live/queries.ts';

const championAlias = 'champion';

/** Aliases that releases only move: none without a spec. */
export function useProtectedAliases(model: string, isUnderSpec: boolean): readonly string[] {
  const path = `/api/v1/models/${encodeURIComponent(model)}/spec`;
  const { data } = useApi<AppliedSpec>(path, { enabled: isUnderSpec });
  return isUnderSpec ? [championAlias, ...(data?.spec.protectedAliases ?? [])] : [];
}
