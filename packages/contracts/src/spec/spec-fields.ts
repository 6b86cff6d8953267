import { type TObjectOptions, type TSchema, Type } from 'typebox';

/** Closed object: an unknown field is an error that names the field. */
export const closed = { additionalProperties: false } as const;

/** Of a model, an endpoint, a step: part of addresses and host names. */
export const Name = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and dashes; starts with a letter; 1–63 characters.',
});
/** A name that SQL, CEL and environment variables take. */
export const Identifier = Type.String({
  pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$',
  description: 'Letters, digits and underscores; does not start with a digit; 1–63 characters.',
});
/** A sentence or two for people. */
export const Text = Type.String({ minLength: 1, maxLength: 2000 });
/** Read by `durationSeconds`. */
export const Duration = Type.String({
  pattern: '^[1-9][0-9]{0,5}(s|m|h|d)$',
  description: 'A whole number and a unit: s, m, h or d, such as `30m`.',
});
/** No `..`, no `.`, no empty segment, no backslash: the path stays below its folder on every system. */
export const relativePathPattern = '^(?!\\.{1,2}(/|$))[^/\\\\\\x00]+(/(?!\\.{1,2}(/|$))[^/\\\\\\x00]+)*$';
/** A file below the folder of the spec, or of a step's outputs. */
export const RelativePath = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: relativePathPattern,
  description: 'A relative path with `/` between folders and no `..`.',
});
/** What a param of a pipeline or a step may be. */
export const ParamValue = Type.Union([Type.String({ maxLength: 2000 }), Type.Number(), Type.Boolean()]);

/** A record whose keys are identifiers; any other key is an error that names it. */
export const recordOf = <T extends TSchema>(value: T, options: TObjectOptions = {}) =>
  Type.Record(Identifier, value, { ...options, ...closed });
