import { type Static, Type } from 'typebox';
import { Digest, Time } from '../api/common.ts';
import { ModelSpec } from './model-spec.ts';

/** A spec as it was applied. `digest` is over the spec and its files, wherever they were applied from. */
export const AppliedSpec = Type.Object({
  model: Type.String(),
  digest: Digest,
  spec: ModelSpec,
  baseDir: Type.String({ description: 'Folder of the spec file on the machine of control.' }),
  files: Type.Array(Type.Object({ path: Type.String(), digest: Digest })),
  appliedAt: Time,
});

export type AppliedSpec = Static<typeof AppliedSpec>;
