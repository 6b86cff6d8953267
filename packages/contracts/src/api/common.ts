import { type Static, type TSchema, Type } from 'typebox';

/** Error body of Dividend's own API, status by kind. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.String(),
    kind: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    retryable: Type.Boolean(),
  }),
});
export type ErrorBody = Static<typeof ErrorBody>;

/** One page of a list, newest first. `next` is an opaque keyset cursor, absent on the last page. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) });

export const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
});

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const Time = Type.String({ description: 'RFC 3339, UTC, milliseconds.' });
export const Digest = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
export const Open = Type.Record(Type.String(), Type.Unknown());
