import { type Static, Type } from 'typebox';

/** A file or a folder among the artifacts of a run or a logged model. */
export const ArtifactItem = Type.Object({
  name: Type.String(),
  path: Type.String({ description: 'Relative to the artifacts of its run or logged model.' }),
  isFolder: Type.Boolean(),
  bytes: Type.Integer({ description: '0 for a folder.' }),
});

export const ArtifactQuery = Type.Object({
  path: Type.Optional(Type.String({ maxLength: 2000, description: 'Folder; default: the top.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 1000, pattern: '^[^\\u0000]*$' })),
});

export type ArtifactItem = Static<typeof ArtifactItem>;
export type ArtifactQuery = Static<typeof ArtifactQuery>;
