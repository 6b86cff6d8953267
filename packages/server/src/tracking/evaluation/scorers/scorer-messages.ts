import { Type } from 'typebox';

const serialized_scorer = Type.String({ description: 'JSON.' });
const ofScorer = {
  experiment_id: Type.Union([Type.String(), Type.Integer()]),
  serialized_scorer,
  creation_time: Type.Integer(),
  scorer_id: Type.String(),
};

export const ScorerMessage = Type.Object(
  { ...ofScorer, scorer_name: Type.String(), scorer_version: Type.Integer() },
  { title: 'Scorer' },
);

export const RegisteredScorer = Type.Object({ ...ofScorer, name: Type.String(), version: Type.Integer() });
