import { Type } from 'typebox';

const text = Type.Optional(Type.String());

export const EvaluationDatasetMessage = Type.Object(
  {
    dataset_id: Type.String(),
    name: Type.String(),
    tags: Type.String({ description: 'JSON object.' }),
    schema: Type.Optional(Type.String({ description: 'JSON object.' })),
    profile: Type.Optional(Type.String({ description: 'JSON object.' })),
    digest: Type.String(),
    created_time: Type.Integer(),
    last_update_time: Type.Integer(),
    created_by: text,
    last_updated_by: text,
    experiment_ids: Type.Optional(Type.Array(Type.String())),
  },
  { title: 'EvaluationDataset' },
);

export const DatasetAnswer = Type.Object({ dataset: EvaluationDatasetMessage });
