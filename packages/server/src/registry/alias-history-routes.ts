import { AliasAt, AliasSpan, PageQuery, pageOf } from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { Ledger } from '../ledger/index.ts';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { findSpanAt, readAliasHistory } from './alias-history.ts';
import { getModel } from './model-store.ts';
import { checkAlias, checkModelName } from './registry-checks.ts';

const Params = Type.Object({
  model: Type.String({ maxLength: 256 }),
  alias: Type.String({ maxLength: 255 }),
});
const At = Type.Object({ at: Type.Optional(Type.String({ maxLength: 40 })) });

/** Which version stood behind an alias, at any moment. */
export function aliasHistoryRoutes(app: App, { db, clock }: Platform, ledger: Ledger): void {
  const read = async ({ model, alias }: { model: string; alias: string }) => {
    const spans = await readAliasHistory(ledger, checkModelName(model, 'model'), checkAlias(alias));
    if (spans.length === 0) await getModel(db, model);
    return spans;
  };

  app.get(
    '/api/v1/models/:model/aliases/:alias',
    {
      schema: {
        summary: 'The version behind an alias, now or at a time',
        params: Params,
        querystring: At,
        response: { 200: AliasAt },
      },
    },
    async ({ params, query }) => {
      const at = parseAt(query.at, clock.now());
      const span = findSpanAt(await read(params), at) ?? null;
      return { ...params, at: at.toISOString(), span };
    },
  );

  app.get(
    '/api/v1/models/:model/aliases/:alias/history',
    {
      schema: {
        summary: 'The versions that were behind an alias, newest first',
        params: Params,
        querystring: PageQuery,
        response: { 200: pageOf(AliasSpan) },
      },
    },
    async ({ params, query: { limit = 50, cursor } }) => {
      const newest = (await read(params)).reverse();
      const start = cursor === undefined ? 0 : newest.findIndex(({ entryId }) => entryId === cursor) + 1;
      if (cursor !== undefined && start === 0) throw invalid('cursor', cursor, 'was not given by this list');
      const items = newest.slice(start, start + limit);
      const last = items.at(-1);
      return { items, ...(start + limit < newest.length && last ? { next: last.entryId } : {}) };
    },
  );
}

/** How far the clock of somebody who asks for now may be ahead. */
const clockSkewMs = 60_000;

/** A moment that has been: what an alias will mean is not known. */
function parseAt(text: string | undefined, now: Date): Date {
  if (text === undefined) return now;
  const time = new Date(text);
  const isTime =
    /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(time.getTime());
  if (isTime && time.getTime() > now.getTime() + clockSkewMs)
    throw invalid('at', text, 'must not be to come');
  if (isTime) return time;
  throw invalid('at', text, 'must be a time in RFC 3339, such as 2026-11-21T09:30:00Z');
}

function invalid(field: string, value: string, reason: string): DividendError {
  return new DividendError(
    'PARAMETER_INVALID',
    'invalid_argument',
    `Field '${field}' ${reason}, is '${value}'`,
    {
      field,
    },
  );
}
