import { Type } from 'typebox';
import { KeyValueMessage } from '../door/index.ts';
import { MetricMessage } from '../runs/run-messages.ts';
import { loggedModelStatuses } from './logged-model-store.ts';

const text = Type.Optional(Type.String());

export const LoggedModelMessage = Type.Object(
  {
    info: Type.Object({
      model_id: Type.String(),
      experiment_id: Type.String(),
      name: Type.String(),
      creation_timestamp_ms: Type.Integer(),
      last_updated_timestamp_ms: Type.Integer(),
      artifact_uri: Type.String(),
      status: Type.Union(loggedModelStatuses.map((status) => Type.Literal(status))),
      model_type: text,
      source_run_id: text,
      status_message: text,
      tags: Type.Optional(Type.Array(KeyValueMessage)),
    }),
    data: Type.Object({
      params: Type.Optional(Type.Array(KeyValueMessage)),
      metrics: Type.Optional(Type.Array(MetricMessage)),
    }),
  },
  { title: 'LoggedModel' },
);

export const LoggedModelAnswer = Type.Object({ model: LoggedModelMessage });
