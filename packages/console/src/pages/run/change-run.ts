import { callMlflow } from '../../live/mlflow.ts';
import { queryClient } from '../../live/queries.ts';

/** Changes a run by a route of MLflow's API, and asks again for all that speaks of runs. */
export async function changeRun(
  verb: string,
  input: { readonly run_id: string; readonly [name: string]: string },
) {
  await callMlflow(`runs/${verb}`, input);
  await queryClient.invalidateQueries({
    predicate: ({ queryKey: [path] }) => /^\/api\/v1\/(runs|experiments)\b/.test(String(path)),
  });
}
