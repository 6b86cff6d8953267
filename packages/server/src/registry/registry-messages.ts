import { Type } from 'typebox';
import { KeyValueMessage } from '../tracking/index.ts';

const text = Type.Optional(Type.String());
const tags = Type.Optional(Type.Array(KeyValueMessage));

export const VersionMessage = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    creation_timestamp: Type.Integer(),
    last_updated_timestamp: Type.Integer(),
    user_id: text,
    current_stage: Type.String(),
    description: text,
    source: Type.String(),
    run_id: text,
    status: Type.Literal('READY'),
    tags,
    run_link: text,
    aliases: Type.Optional(Type.Array(Type.String())),
    model_id: text,
  },
  { title: 'ModelVersion' },
);

export const ModelMessage = Type.Object(
  {
    name: Type.String(),
    creation_timestamp: Type.Integer(),
    last_updated_timestamp: Type.Integer(),
    description: text,
    latest_versions: Type.Optional(Type.Array(VersionMessage)),
    tags,
    aliases: Type.Optional(Type.Array(Type.Object({ alias: Type.String(), version: Type.String() }))),
  },
  { title: 'RegisteredModel' },
);

export const ModelAnswer = Type.Object({ registered_model: ModelMessage });
export const VersionAnswer = Type.Object({ model_version: VersionMessage });
