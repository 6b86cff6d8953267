import type { TraceAssessment } from '@dividend/contracts/api';

export interface AssessmentHistory {
  /** What holds now, or was not overridden by anything that is still here. */
  readonly current: TraceAssessment;
  /** What it took the place of, the newest first. */
  readonly before: readonly TraceAssessment[];
}

/** Assessments by what holds now; expectations first, then by name. */
export function toHistories(assessments: readonly TraceAssessment[]): readonly AssessmentHistory[] {
  const byId = new Map(assessments.map((each) => [each.assessmentId, each]));
  const overridden = new Set(assessments.flatMap(({ overrides }) => overrides ?? []));
  return assessments
    .filter(({ assessmentId }) => !overridden.has(assessmentId))
    .map((current) => ({ current, before: listBefore(current, byId) }))
    .toSorted(
      ({ current: left }, { current: right }) =>
        left.kind.localeCompare(right.kind) || left.name.localeCompare(right.name),
    );
}

function listBefore(
  { overrides, assessmentId }: TraceAssessment,
  byId: ReadonlyMap<string, TraceAssessment>,
): TraceAssessment[] {
  const before: TraceAssessment[] = [];
  const seen = new Set([assessmentId]);
  for (let id = overrides; id !== null && !seen.has(id); ) {
    const next = byId.get(id);
    if (next === undefined) break;
    seen.add(id);
    before.push(next);
    id = next.overrides;
  }
  return before;
}
