import { callMlflow } from '../../live/mlflow.ts';
import { queryClient } from '../../live/queries.ts';

/** The value of an experiment's tag holds as much, in characters. */
export const maxTagLength = 5000;

/** Changes an experiment by a route of MLflow's API, and asks again for all that speaks of experiments. */
export async function changeExperiment(verb: string, input: object): Promise<void> {
  await callMlflow(`experiments/${verb}`, input);
  await queryClient.invalidateQueries({ predicate: ({ queryKey: [path] }) => isOfExperiments(path) });
}

function isOfExperiments(path: unknown): boolean {
  return String(path).startsWith('/api/v1/experiments');
}
