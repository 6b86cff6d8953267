import { type Static, Type } from 'typebox';
import { Digest, Nullable, Time } from './common.ts';

/** A time during which an alias pointed at one version: from inclusive, to exclusive. */
export const AliasSpan = Type.Object({
  version: Type.String(),
  from: Time,
  to: Nullable(Time),
  setBy: Type.String({ description: 'Actor.' }),
  entryId: Type.String({ description: 'Ledger entry that set it.' }),
  endedBy: Nullable(Type.String({ description: 'Type of the ledger entry that ended it.' })),
});

/** What stood behind an alias at a moment; null where nothing did. */
export const AliasAt = Type.Object({
  model: Type.String(),
  alias: Type.String(),
  at: Time,
  span: Nullable(AliasSpan),
});

/** A registered version and what it is made of, by digest. */
export const ModelVersionDetail = Type.Object({
  model: Type.String(),
  version: Type.String(),
  createdAt: Time,
  createdBy: Nullable(Type.String()),
  stage: Type.String(),
  aliases: Type.Array(Type.String()),
  runId: Nullable(Type.String()),
  modelId: Nullable(Type.String({ description: 'Logged model it was made from.' })),
  source: Type.String({ description: 'As it was given.' }),
  sourceLocation: Type.String({ description: 'Where its files were when it was registered.' }),
  digest: Nullable(
    Type.String({
      description:
        'Over its files: SHA-256 of the list of {path, digest, bytes} by path (RFC 8785). Null while it has none.',
    }),
  ),
  files: Type.Integer(),
  bytes: Type.Integer(),
  location: Nullable(Type.String({ description: 'Artifact URI of its files, which never change.' })),
  parts: Type.Record(Type.String(), Type.String(), {
    description: 'Role → digest of what a release of it holds.',
  }),
});

/** A file of a version; `path` is relative to its location, empty where the version is one file. */
export const ModelVersionFile = Type.Object({
  path: Type.String(),
  digest: Digest,
  bytes: Type.Integer(),
});

/** One event on its way to one webhook. */
export const WebhookDelivery = Type.Object({
  deliveryId: Type.String(),
  event: Type.String(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('delivered'), Type.Literal('failed')]),
  attempts: Type.Integer(),
  createdAt: Time,
  nextAt: Nullable(Time),
  endedAt: Nullable(Time),
  lastStatus: Nullable(Type.Integer()),
  lastError: Nullable(Type.String()),
});

export type ModelVersionDetail = Static<typeof ModelVersionDetail>;
export type ModelVersionFile = Static<typeof ModelVersionFile>;
export type AliasSpan = Static<typeof AliasSpan>;
export type AliasAt = Static<typeof AliasAt>;
export type WebhookDelivery = Static<typeof WebhookDelivery>;
