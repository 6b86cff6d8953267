import { toFilterName, toFilterText } from '../../live/filter-text.ts';
import { type Completion, findProblem } from '../experiments/complete-filter.ts';
import type { FilterSubject } from '../experiments/filter-box.tsx';
import type { Proposal } from '../experiments/use-proposals.ts';
import { type LoggedModel, useLoggedModels } from './logged-models.ts';

export const filteredLoggedModels: FilterSubject = {
  label: 'Filter logged models',
  placeholder: "metrics.auc > 0.7 AND params.depth = '6', or a part of the name",
  useProposals: useLoggedModelProposals,
  toFilter: toLoggedModelFilter,
};

const attributes = ['name', 'status', 'model_type', 'source_run_id', 'creation_timestamp', 'model_id'];
const statuses = ['READY', 'PENDING', 'UPLOAD_FAILED'];
const ofNumbers = ['>', '>=', '<', '<=', '=', '!='];
const ofTexts = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];
const mostProposed = 12;

/** By what the newest logged models of the experiment have. */
function useLoggedModelProposals(experimentId: string, completion: Completion | undefined) {
  const { data = [] } = useLoggedModels(experimentId, { filter: '', order: '' }, completion !== undefined);
  return completion === undefined ? [] : propose(completion, data);
}

function propose({ kind, typed, column = '' }: Completion, models: readonly LoggedModel[]): Proposal[] {
  const part = typed.toLowerCase();
  const found = textsFor(kind, column, models).filter((text) =>
    text.toLowerCase().replaceAll('`', '').includes(part),
  );
  return [...new Set(found)].slice(0, mostProposed).map((text) => ({ text, note: '' }));
}

function textsFor(kind: Completion['kind'], column: string, models: readonly LoggedModel[]): string[] {
  if (kind === 'connective') return ['AND', 'OR'];
  if (kind === 'name') return [...attributes, ...models.flatMap(namesOf)];
  if (kind === 'comparator') return /^metrics\.|timestamp/.test(column) ? ofNumbers : ofTexts;
  const values =
    column === 'attributes.status' ? statuses : models.flatMap((model) => ownValueOf(column, model));
  return values.map(toFilterText);
}

function namesOf({ metrics, params, tags }: LoggedModel): string[] {
  return [
    ...metrics.map(({ key }) => toFilterName('metrics', key)),
    ...Object.keys(params).map((key) => toFilterName('params', key)),
    ...Object.keys(tags)
      .filter((key) => !key.startsWith('mlflow.'))
      .map((key) => toFilterName('tags', key)),
  ];
}

function ownValueOf(column: string, { name, modelType, params, tags }: LoggedModel): string[] {
  const [, entity, key = ''] = /^([^.]*)\.(.*)$/s.exec(column) ?? [];
  const own = { name, model_type: modelType };
  const value =
    entity === 'params' ? params[key] : entity === 'tags' ? tags[key] : own[key as keyof typeof own];
  // What every object has is no text.
  return typeof value === 'string' ? [value] : [];
}

/** Words without a comparison are looked for in the names of models. */
function toLoggedModelFilter(text: string): string {
  const words = text.trim();
  const isPlain = /^[\p{L}\p{N}_\-. ]+$/u.test(words) && findProblem(words) !== undefined;
  return isPlain ? `name ILIKE ${toFilterText(`%${words}%`)}` : words;
}
