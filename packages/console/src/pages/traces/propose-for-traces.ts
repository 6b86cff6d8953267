import type { TraceRow } from '@dividend/contracts/api';
import { toFilterName, toFilterText } from '../../live/filter-text.ts';
import type { Completion } from '../experiments/complete-filter.ts';
import type { Proposal } from '../experiments/use-proposals.ts';
import { toValueText } from './assessment-words.ts';

const ofEveryTrace = [
  'status',
  'name',
  'execution_time_ms',
  'timestamp_ms',
  'text',
  'run_id',
  'prompt',
  'span.name',
  'span.type',
  'span.status',
  'span.content',
  'client_request_id',
  'end_time_ms',
  'request_id',
];
const spanTypes = [
  'AGENT',
  'CHAIN',
  'CHAT_MODEL',
  'EMBEDDING',
  'LLM',
  'PARSER',
  'RERANKER',
  'RETRIEVER',
  'TOOL',
];
const session = 'mlflow.trace.session';
const user = 'mlflow.trace.user';
const mostProposed = 14;

const ofNumbers = ['>', '>=', '<', '<=', '=', '!='];
const ofPatterns = ['LIKE', 'ILIKE'];
const ofTexts = ['=', '!=', ...ofPatterns, 'RLIKE'];
const ofLists = ['IN', 'NOT IN'];
const ofPresence = ['IS NULL', 'IS NOT NULL'];

/** What fits at the cursor of a filter of traces, by what some of them have. */
export function proposeForTraces(
  { kind, typed, column = '' }: Completion,
  traces: readonly TraceRow[],
): readonly Proposal[] {
  if (kind === 'connective') return matching(toProposals(['AND', 'OR']), typed);
  if (kind === 'comparator') return matching(toProposals(comparatorsOf(column)), typed);
  if (kind === 'value')
    return matching(count(traces.flatMap((trace) => valuesOf(column, trace))), typed, fixedOf(column));
  return matching(count(traces.flatMap(namesOf)), typed, toProposals(ofEveryTrace, 'of every trace'));
}

function comparatorsOf(column: string): readonly string[] {
  if (/^(attributes|trace)\.(timestamp|execution_time|end_time)(_ms)?$/.test(column)) return ofNumbers;
  if (/^((attributes|trace)\.text|span\.content)$/.test(column)) return ofPatterns;
  if (/^((attributes|trace)\.prompt|issue\.id)$/.test(column)) return ['='];
  if (/^(tags|metadata|request_metadata)\./.test(column)) return [...ofTexts, ...ofPresence];
  if (/^(feedback|expectation)\./.test(column)) return [...ofTexts, '<', '<=', '>', '>=', ...ofPresence];
  return [...ofTexts, ...ofLists];
}

function fixedOf(column: string): readonly Proposal[] {
  if (/^(attributes|trace)\.status$/.test(column)) return toProposals(["'OK'", "'ERROR'", "'IN_PROGRESS'"]);
  if (column === 'span.status') return toProposals(["'OK'", "'ERROR'", "'UNSET'"]);
  return column === 'span.type' ? toProposals(spanTypes.map(toFilterText)) : [];
}

function namesOf({ tags, assessments, session: ofSession, user: ofUser }: TraceRow): string[] {
  const own = Object.keys(tags).filter((key) => !key.startsWith('mlflow.'));
  const judged = assessments.filter(({ kind }) => kind !== 'issue');
  return [
    ...new Set([
      ...own.map((key) => toFilterName('tags', key)),
      ...judged.map(({ kind, name }) => toFilterName(kind, name)),
      ...(ofSession === null ? [] : [toFilterName('metadata', session)]),
      ...(ofUser === null ? [] : [toFilterName('metadata', user)]),
    ]),
  ];
}

/** The longest value that is worth a proposal. */
const mostCharacters = 100;

function valuesOf(column: string, trace: TraceRow): string[] {
  const values = [...new Set(readValues(column, trace))];
  return values.flatMap((value) =>
    // What every object has, such as `toString`, is no text.
    typeof value === 'string' && value.length <= mostCharacters ? toFilterText(value) : [],
  );
}

function readValues(column: string, trace: TraceRow): (string | null | undefined)[] {
  const [, entity, key = ''] = /^([^.]*)\.(.*)$/s.exec(column) ?? [];
  if (entity === 'tags') return [trace.tags[key]];
  if (entity === 'metadata') return key === session ? [trace.session] : key === user ? [trace.user] : [];
  if (entity === 'feedback' || entity === 'expectation') {
    const said = trace.assessments.filter(({ kind, name }) => kind === entity && name === key);
    return said.map(({ value }) => toValueText(value));
  }
  return key === 'name' && entity !== 'span' ? [trace.name] : key === 'run_id' ? [trace.runId] : [];
}

/** Each text once, the most frequent first. */
function count(texts: readonly string[]): readonly Proposal[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .toSorted(([, left], [, right]) => right - left)
    .map(([text, traces]) => ({ text, note: traces === 1 ? '1 trace' : `${traces} traces` }));
}

function toProposals(texts: readonly string[], note = ''): readonly Proposal[] {
  return texts.map((text) => ({ text, note }));
}

function matching(
  found: readonly Proposal[],
  typed: string,
  fixed: readonly Proposal[] = [],
): readonly Proposal[] {
  const part = typed.toLowerCase().replaceAll(/[%'"`]/g, '');
  const fits = ({ text }: Proposal) => text.toLowerCase().replaceAll('`', '').includes(part);
  return [...found.filter(fits).slice(0, mostProposed / 2), ...fixed.filter(fits)].slice(0, mostProposed);
}
