import { callMlflow, mlflowRoot3 } from './mlflow.ts';
import { queryClient } from './queries.ts';

/** What MLflow's door takes as an assessment, as far as people write it. */
export interface WrittenAssessment {
  readonly assessment_name?: string;
  readonly source?: { readonly source_type: 'HUMAN'; readonly source_id: string };
  readonly span_id?: string;
  readonly feedback?: { readonly value: unknown };
  readonly expectation?:
    | { readonly value: unknown }
    | { readonly serialized_value: { readonly serialization_format: 'JSON_FORMAT'; readonly value: string } };
  readonly rationale?: string;
  readonly overrides?: string;
}

const pathOf = (traceId: string) => `traces/${encodeURIComponent(traceId)}`;

/** Lists of traces begin with it: they are not paths, because nothing may make all pages be read again that somebody scrolled through. */
export const traceListKey = 'trace list';

/** Whatever was read of traces is read again, lists from their beginning. */
export async function forgetTraces(): Promise<void> {
  await Promise.all([
    queryClient.resetQueries({ queryKey: [traceListKey] }),
    queryClient.invalidateQueries({
      predicate: ({ queryKey: [path] }) => String(path).startsWith('/api/v1/traces'),
    }),
  ]);
}

export async function addAssessment(traceId: string, assessment: WrittenAssessment): Promise<void> {
  await callMlflow(`${pathOf(traceId)}/assessments`, { assessment }, 'POST', mlflowRoot3);
  await forgetTraces();
}

/** Changes what is given; the rest stays. */
export async function changeAssessment(
  traceId: string,
  assessmentId: string,
  assessment: WrittenAssessment,
): Promise<void> {
  const update_mask = Object.keys(assessment)
    .map((name) => (name === 'assessment_name' ? 'assessmentName' : name))
    .join(',');
  const path = `${pathOf(traceId)}/assessments/${encodeURIComponent(assessmentId)}`;
  await callMlflow(path, { assessment, update_mask }, 'PATCH', mlflowRoot3);
  await forgetTraces();
}

export async function deleteAssessment(traceId: string, assessmentId: string): Promise<void> {
  const path = `${pathOf(traceId)}/assessments/${encodeURIComponent(assessmentId)}`;
  await callMlflow(path, {}, 'DELETE', mlflowRoot3);
  await forgetTraces();
}

export async function setTraceTag(traceId: string, key: string, value: string): Promise<void> {
  await callMlflow(`${pathOf(traceId)}/tags`, { key, value }, 'PATCH', mlflowRoot3);
  await forgetTraces();
}

export async function deleteTraceTag(traceId: string, key: string): Promise<void> {
  await callMlflow(`${pathOf(traceId)}/tags`, { key }, 'DELETE', mlflowRoot3);
  await forgetTraces();
}

/** For good, with all that hangs on them. */
export async function deleteTraces(experimentId: string, traceIds: readonly string[]): Promise<void> {
  const input = { experiment_id: experimentId, request_ids: traceIds };
  await callMlflow('traces/delete-traces', input, 'POST', mlflowRoot3);
  await forgetTraces();
}
