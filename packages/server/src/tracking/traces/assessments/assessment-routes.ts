import { Type } from 'typebox';
import type { Clock } from '../../../platform/clock.ts';
import { type MlflowRoute, mlflowRoute, Nothing, refusedParameter } from '../../door/index.ts';
import type { AssessmentChange, AssessmentService } from './assessment-service.ts';
import { AssessmentMessage, parseAssessment, parseValue, toWireAssessment } from './assessment-wire.ts';

const path = '/3.0/mlflow/traces/:trace_id/assessments';
const ofTrace = { trace_id: Type.String() };
const AssessmentAnswer = Type.Object({ assessment: AssessmentMessage });
const ofAssessment = { ...ofTrace, assessment_id: Type.String() };

export function assessmentRoutes(assessments: AssessmentService, clock: Clock): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path,
      summary: 'Create an assessment of a trace',
      request: Type.Object({ ...ofTrace, assessment: AssessmentMessage }),
      answer: AssessmentAnswer,
      handle: async ({ trace_id: traceId, assessment }) => {
        const nowMs = clock.now().getTime();
        const created = await assessments.create(
          traceId,
          parseAssessment(assessment, 'assessment', { traceId, nowMs }),
        );
        return { assessment: toWireAssessment(created) };
      },
    }),
    mlflowRoute({
      method: 'GET',
      path: `${path}/:assessment_id`,
      summary: 'Read an assessment',
      request: Type.Object(ofAssessment),
      answer: AssessmentAnswer,
      handle: async ({ trace_id, assessment_id }) => ({
        assessment: toWireAssessment(await assessments.get(trace_id, assessment_id)),
      }),
    }),
    mlflowRoute({
      method: 'PATCH',
      path: `${path}/:assessment_id`,
      summary: 'Change the fields of an assessment that the mask names',
      request: Type.Object({
        ...ofAssessment,
        assessment: AssessmentMessage,
        update_mask: Type.String(),
      }),
      answer: AssessmentAnswer,
      handle: async ({ trace_id, assessment_id, assessment, update_mask }) => ({
        assessment: toWireAssessment(
          await assessments.update(trace_id, assessment_id, toChange(assessment, update_mask)),
        ),
      }),
    }),
    mlflowRoute({
      method: 'DELETE',
      path: `${path}/:assessment_id`,
      summary: 'Delete an assessment',
      request: Type.Object(ofAssessment),
      answer: Nothing,
      handle: async ({ trace_id, assessment_id }) => {
        await assessments.delete(trace_id, assessment_id);
        return {};
      },
    }),
  ];
}

/** A field mask in JSON: names in camelCase, joined by commas. */
function toChange(message: AssessmentMessage, mask: string): AssessmentChange {
  const change: { -readonly [Key in keyof AssessmentChange]: AssessmentChange[Key] } = {};
  for (const name of mask.split(',').map((field) => field.trim())) {
    switch (name) {
      case 'assessmentName':
      case 'assessment_name':
        change.name = message.assessment_name;
        break;
      case 'feedback':
      case 'expectation':
        change.value = parseValue(message, 'assessment');
        break;
      case 'rationale':
        change.rationale = message.rationale;
        break;
      case 'metadata':
        change.metadata = message.metadata;
        break;
      default:
        throw refusedParameter(
          'update_mask',
          `Field '${name.slice(0, 100)}' of an assessment cannot be changed; assessmentName, feedback, expectation, rationale and metadata can`,
        );
    }
  }
  return change;
}
