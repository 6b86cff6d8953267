import { Type } from 'typebox';
import { DoubleMessage, KeyValueMessage } from '../door/index.ts';
import { LifecycleStageMessage } from '../view-type.ts';
import { runStatuses } from './run-store.ts';

const text = Type.Optional(Type.String());
const tags = Type.Optional(Type.Array(KeyValueMessage));

export const RunInfoMessage = Type.Object(
  {
    run_id: Type.String(),
    run_uuid: Type.String(),
    run_name: Type.String(),
    experiment_id: Type.String(),
    user_id: Type.String(),
    status: Type.Union(runStatuses.map((status) => Type.Literal(status))),
    start_time: Type.Integer({ description: 'Unix milliseconds.' }),
    end_time: Type.Optional(Type.Integer({ description: 'Unix milliseconds.' })),
    artifact_uri: Type.String(),
    lifecycle_stage: LifecycleStageMessage,
  },
  { title: 'RunInfo' },
);

export const MetricMessage = Type.Object(
  {
    key: Type.String(),
    value: DoubleMessage,
    timestamp: Type.Integer({ description: 'Unix milliseconds.' }),
    step: Type.Integer(),
    dataset_name: text,
    dataset_digest: text,
    model_id: text,
    run_id: text,
  },
  { title: 'Metric' },
);

const DatasetMessage = Type.Object(
  {
    name: Type.String(),
    digest: Type.String(),
    source_type: Type.String(),
    source: Type.String(),
    schema: text,
    profile: text,
  },
  { title: 'Dataset' },
);

const DatasetInputMessage = Type.Object({ dataset: DatasetMessage, tags }, { title: 'DatasetInput' });

export const RunMessage = Type.Object(
  {
    info: RunInfoMessage,
    data: Type.Object({
      metrics: Type.Optional(Type.Array(MetricMessage)),
      params: Type.Optional(Type.Array(KeyValueMessage)),
      tags,
    }),
    inputs: Type.Object({
      dataset_inputs: Type.Optional(Type.Array(DatasetInputMessage)),
      model_inputs: Type.Optional(Type.Array(Type.Object({ model_id: Type.String() }))),
    }),
    outputs: Type.Object({
      model_outputs: Type.Optional(
        Type.Array(Type.Object({ model_id: Type.String(), step: Type.Integer() })),
      ),
    }),
  },
  { title: 'Run' },
);
