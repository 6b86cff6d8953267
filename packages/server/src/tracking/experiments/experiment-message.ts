import { Type } from 'typebox';
import { KeyValueMessage } from '../door/index.ts';
import { LifecycleStageMessage } from '../view-type.ts';

export const ExperimentMessage = Type.Object(
  {
    experiment_id: Type.String(),
    name: Type.String(),
    artifact_location: Type.String(),
    lifecycle_stage: LifecycleStageMessage,
    last_update_time: Type.Integer({ description: 'Unix milliseconds.' }),
    creation_time: Type.Integer({ description: 'Unix milliseconds.' }),
    tags: Type.Optional(Type.Array(KeyValueMessage)),
  },
  { title: 'Experiment' },
);
