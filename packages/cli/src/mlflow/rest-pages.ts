import { DividendError } from '@dividend/core/errors';
import type { RestClient } from './rest-client.ts';

export type Wire = Readonly<Record<string, unknown>>;
export type WireList = readonly Wire[];

/** A search by POST, page after page. */
export async function* pages(
  client: RestClient,
  path: string,
  field: string,
  body: Wire,
  parse?: (text: string) => unknown,
): AsyncGenerator<Wire> {
  for (let token: unknown; ; ) {
    const paged = { ...body, ...(token ? { page_token: token } : {}) };
    const answer: Wire = await client.post(path, paged, 'POST', parse);
    yield* toList(answer[field]);
    if (!answer.next_page_token || answer.next_page_token === token) return;
    token = answer.next_page_token;
  }
}

/** A search by GET, page after page. */
export async function* getPages(
  client: RestClient,
  path: string,
  field: string,
  query: Readonly<Record<string, string | number>>,
): AsyncGenerator<Wire> {
  for (let token = ''; ; ) {
    const answer: Wire = await client.get(path, { ...query, ...(token === '' ? {} : { page_token: token }) });
    yield* toList(answer[field]);
    if (!answer.next_page_token || answer.next_page_token === token) return;
    token = String(answer.next_page_token);
  }
}

/** Nothing where the server answers that it has no such thing, or that an experiment is deleted. */
export async function* orNone<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    if (!(error instanceof DividendError) || ['unavailable', 'permission_denied'].includes(error.kind))
      throw error;
  }
}

export function toObject(value: unknown): Wire {
  return typeof value === 'object' && value !== null ? (value as Wire) : {};
}

export function toList(value: unknown): WireList {
  return Array.isArray(value) ? value.map(toObject) : [];
}
