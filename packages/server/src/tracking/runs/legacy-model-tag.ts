import { refusedParameter } from '../door/index.ts';
import { limits } from '../log-limits.ts';
import type { RunService } from './run-service.ts';

/** Where clients before logged models looked for the models of a run: a JSON list in a tag. */
const historyTag = 'mlflow.log-model.history';
const mandatoryFields = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];

/** Adds a model's description to the run's tag; past the length of a tag the oldest go. @throws {DividendError} PARAMETER_INVALID */
export async function recordLoggedModel(runs: RunService, runId: string, modelJson: string): Promise<void> {
  const model = parseJson(modelJson);
  if (typeof model !== 'object' || model === null || Array.isArray(model)) {
    throw refusedParameter('model_json', 'Malformed model info. The model_json must be a JSON object');
  }
  const missing = mandatoryFields.filter((field) => !Object.hasOwn(model, field));
  if (missing.length > 0) {
    throw refusedParameter('model_json', `Model json is missing mandatory fields: ${missing.join(', ')}`);
  }
  const { tags } = await runs.get(runId);
  const known = parseJson(tags[historyTag] ?? '[]');
  const history = [...(Array.isArray(known) ? known : []), model];
  while (history.length > 1 && JSON.stringify(history).length > limits.runTagValue) history.shift();
  await runs.setTag(runId, historyTag, JSON.stringify(history));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
