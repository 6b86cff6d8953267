export { type Comparison, comparisonsOf, type Filter, parseFilter } from '@dividend/core/search';
export { allOf, fenced, isLongFilter } from './all-of.ts';
export { type FieldResolver, filterToSql } from './filter-sql.ts';
export { fetchPage, type Page, type PageQuery, type SortTerm, toPageSql } from './keyset-page.ts';
export { type CursorValue, decodePageToken, encodePageToken } from './page-token.ts';
export { invalidOrder, type OrderTerm, parseOrderTerm } from './parse-order.ts';
export {
  columnField,
  invalidFilter,
  isOneOf,
  keyedTextField,
  listComparators,
  listNames,
  nullComparators,
  numberComparators,
  type SearchField,
  type Sql,
  textComparators,
  type ValueTest,
} from './search-field.ts';
export { withSearchLimit } from './search-limit.ts';
