import { toFilterName, toFilterText } from '../../live/filter-text.ts';

/** Finds the traces that MLflow’s client notes as made with a logged model. */
export function toTracesFilter(modelId: string): string {
  return `${toFilterName('metadata', 'mlflow.modelId')} = ${toFilterText(modelId)}`;
}
