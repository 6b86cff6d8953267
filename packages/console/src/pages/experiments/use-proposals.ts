import type { RunKeys, RunValues } from '@dividend/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../live/client.ts';
import { toFilterName, toFilterText } from '../../live/filter-text.ts';
import { pathOf } from '../../live/run-rows.ts';
import type { Completion } from './complete-filter.ts';

export interface Proposal {
  /** As it is put in. */
  readonly text: string;
  readonly note: string;
}

const attributes = [
  'run_name',
  'status',
  'start_time',
  'end_time',
  'duration',
  'user_id',
  'run_id',
  'artifact_uri',
];
const statuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
const ofNumbers = ['>', '>=', '<', '<=', '=', '!='];
const ofTexts = ['=', '!=', 'LIKE', 'ILIKE'];
const ofPresence = ['IS NULL', 'IS NOT NULL'];
const ofLists = ['IN', 'NOT IN'];
const mostProposed = 12;

/** What fits at the cursor, by what the runs of the experiment have. */
export function useProposals(experimentId: string, completion: Completion | undefined): readonly Proposal[] {
  const asked = toQuestion(completion);
  const { data } = useQuery<RunKeys | RunValues>({
    queryKey: ['proposals', experimentId, asked],
    enabled: asked !== undefined,
    staleTime: 30_000,
    placeholderData: (before) => before,
    queryFn: () => client.get(`${pathOf(experimentId)}/${asked?.list}`, asked?.query),
  });
  if (completion === undefined) return [];
  const { kind, typed, column = '' } = completion;
  if (kind === 'connective') return matching(['AND', 'OR'].map(plain), typed);
  if (kind === 'comparator') return matching(comparatorsOf(column).map(plain), typed);
  if (kind === 'value') return proposeValues(column, typed, data);
  const keys = data !== undefined && 'keys' in data ? data.keys : [];
  const own = attributes.map((name) => ({ text: name, note: 'of every run' }));
  const logged = keys.map(({ kind: of, key, runs }) => ({
    text: toFilterName(of, key),
    note: runsNote(runs),
  }));
  return [...matching(own, typed), ...logged].slice(0, mostProposed);
}

interface Question {
  readonly list: 'keys' | 'values';
  readonly query: Record<string, string | number>;
}

function toQuestion(completion: Completion | undefined): Question | undefined {
  if (completion?.kind === 'name') return askKeys(completion.typed);
  const column = completion?.column ?? '';
  const hasValues = /^(params|tags)\./.test(column) || /^attributes\.(run_name|user_id)$/.test(column);
  if (completion?.kind !== 'value' || !hasValues) return undefined;
  return {
    list: 'values',
    query: { column, search: completion.typed.replaceAll('%', ''), limit: mostProposed },
  };
}

/** `metrics.va` looks for `va` among metrics, `va` among all. */
function askKeys(typed: string): Question {
  const [, kind, key] = /^(metric|param|tag)\w*\.(.*)$/.exec(typed) ?? [];
  const among = kind === undefined ? {} : { kind: `${kind}s` };
  return {
    list: 'keys',
    query: { ...among, search: key ?? typed.replace(/^(metric|param|tag)s?$/, ''), limit: mostProposed },
  };
}

function comparatorsOf(column: string): string[] {
  if (/^metrics\.|^attributes\.(start_time|end_time|duration)$/.test(column)) return ofNumbers;
  if (/^(params|tags)\./.test(column)) return [...ofTexts, ...ofPresence];
  return column === 'attributes.run_id' || column.startsWith('datasets.')
    ? [...ofTexts, ...ofLists]
    : ofTexts;
}

function proposeValues(column: string, typed: string, data: RunKeys | RunValues | undefined): Proposal[] {
  if (column === 'attributes.status')
    return matching(
      statuses.map((text) => plain(`'${text}'`)),
      typed,
    );
  const values = data !== undefined && 'values' in data ? data.values : [];
  return values.map(({ value, runs }) => ({ text: toFilterText(value), note: runsNote(runs) }));
}

function matching(proposals: readonly Proposal[], typed: string): Proposal[] {
  const part = typed.toLowerCase();
  return proposals.filter(({ text }) => text.toLowerCase().includes(part));
}

function plain(text: string): Proposal {
  return { text, note: '' };
}

function runsNote(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}
