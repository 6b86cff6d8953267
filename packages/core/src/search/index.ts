export { type ComparisonSign, invalidClause, type Token, tokenizeFilter } from './filter-tokens.ts';
export {
  type Comparator,
  type Comparison,
  comparisonsOf,
  type Filter,
  type FilterValue,
  parseFilter,
} from './parse-filter.ts';
