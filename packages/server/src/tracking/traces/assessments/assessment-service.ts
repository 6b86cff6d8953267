import type { Platform } from '../../../platform/platform.ts';
import { refusedParameter } from '../../door/index.ts';
import { checkLength } from '../../log-limits.ts';
import { assessmentLimits } from '../trace-limits.ts';
import { getTraceRow } from '../trace-store.ts';
import {
  type Assessment,
  assessmentNotFound,
  deleteAssessmentRow,
  findAssessment,
  getAssessment,
  insertAssessments,
  markValid,
  type StoredAssessment,
  updateAssessmentRow,
} from './assessment-store.ts';
import type { AssessmentValue } from './assessment-wire.ts';

/** What of an assessment is to change; the rest stays. */
export interface AssessmentChange {
  readonly name?: string | undefined;
  readonly value?: AssessmentValue | undefined;
  readonly rationale?: string | undefined;
  /** Laid over what is there. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export type AssessmentService = ReturnType<typeof createAssessmentService>;

/** Every change locks the trace first, so that what overrides what never goes apart. */
export function createAssessmentService({ db, clock }: Platform) {
  return {
    get: (traceId: string, assessmentId: string) => getAssessment(db, traceId, assessmentId),
    /** Idempotent for the same content. One that it overrides is not valid from then on. */
    create: async (traceId: string, assessment: Assessment): Promise<StoredAssessment> =>
      db.transaction().execute(async (tx) => {
        await getTraceRow(tx, traceId, 'forUpdate');
        const { overrides } = assessment;
        if (overrides !== null && !(await markValid(tx, traceId, overrides, false))) {
          throw assessmentNotFound(traceId, overrides);
        }
        await insertAssessments(tx, traceId, [assessment]);
        return getAssessment(tx, traceId, assessment.assessmentId);
      }),
    update: async (
      traceId: string,
      assessmentId: string,
      change: AssessmentChange,
    ): Promise<StoredAssessment> =>
      db.transaction().execute(async (tx) => {
        await getTraceRow(tx, traceId, 'forUpdate');
        const current = await getAssessment(tx, traceId, assessmentId);
        await updateAssessmentRow(tx, { ...withChange(current, change), updatedMs: clock.now().getTime() });
        return getAssessment(tx, traceId, assessmentId);
      }),
    /** Idempotent. One that it has overridden is valid again. */
    delete: async (traceId: string, assessmentId: string): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await getTraceRow(tx, traceId, 'forUpdate');
        const current = await findAssessment(tx, traceId, assessmentId);
        if (current?.overrides) await markValid(tx, traceId, current.overrides, true);
        await deleteAssessmentRow(tx, traceId, assessmentId);
      }),
  };
}

function withChange(current: StoredAssessment, change: AssessmentChange): StoredAssessment {
  const { name = current.name, value, rationale = current.rationale, metadata = {} } = change;
  if (value !== undefined && value.kind !== current.kind) {
    const [wrong, right] = [value.kind, current.kind];
    throw refusedParameter('assessment', `Cannot update ${wrong} value on a ${right} assessment.`);
  }
  return {
    ...current,
    ...(value ?? {}),
    name: checkLength(name, assessmentLimits.name, 'assessment.assessment_name'),
    rationale:
      rationale === null ? null : checkLength(rationale, assessmentLimits.text, 'assessment.rationale'),
    metadata: { ...current.metadata, ...metadata },
  };
}
