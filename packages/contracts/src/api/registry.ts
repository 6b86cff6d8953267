import { type Static, Type } from 'typebox';
import { Nullable, Time } from './common.ts';

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

export type AliasSpan = Static<typeof AliasSpan>;
export type AliasAt = Static<typeof AliasAt>;
