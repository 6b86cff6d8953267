import { toFilter } from './complete-filter.ts';
import type { FilterSubject } from './filter-box.tsx';
import { useProposals } from './use-proposals.ts';

export const filteredRuns: FilterSubject = {
  label: 'Filter runs',
  placeholder: "metrics.auc > 0.7 AND (params.model = 'tree' OR tags.team IS NULL), or a part of the name",
  useProposals,
  toFilter,
};
