import { toCalendarTime } from '@dividend/core/time';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { callMlflow, mlflowRoot } from './mlflow.ts';
import { queryClient } from './queries.ts';

/** What happened, as the API names it: `model_version.created`. */
export type WebhookEvent = string;

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly isActive: boolean;
  /** RFC 3339. */
  readonly updatedAt: string;
}

interface WireEvent {
  readonly entity: string;
  readonly action: string;
}

interface WireWebhook {
  readonly webhook_id: string;
  readonly name: string;
  readonly description?: string;
  readonly url: string;
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly last_updated_timestamp: number;
  readonly events: readonly WireEvent[];
}

export interface WebhookTestResult {
  readonly success: boolean;
  readonly response_status?: number;
  readonly response_body?: string;
  readonly error_message?: string;
}

function toWebhook(wire: WireWebhook): Webhook {
  return {
    id: wire.webhook_id,
    name: wire.name,
    description: wire.description ?? '',
    url: wire.url,
    events: wire.events.map(({ entity, action }) => `${entity}.${action}`.toLowerCase()),
    isActive: wire.status === 'ACTIVE',
    updatedAt: toCalendarTime(wire.last_updated_timestamp),
  };
}

export function toWireEvent(event: WebhookEvent): WireEvent {
  const [entity = '', action = ''] = event.toUpperCase().split('.');
  return { entity, action };
}

const queryKey = [`${mlflowRoot}webhooks`];
const pageSize = 100;
const restingMs = 15_000;

interface Found {
  readonly webhooks?: readonly WireWebhook[];
  readonly next_page_token?: string;
}

/** Newest first, page by page. */
export function useWebhooks() {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      callMlflow<Found>('webhooks', { max_results: pageSize, page_token: pageParam || undefined }, 'GET'),
    initialPageParam: '',
    getNextPageParam: ({ next_page_token }) => next_page_token,
    select: ({ pages }) => pages.flatMap(({ webhooks = [] }) => webhooks.map(toWebhook)),
    refetchInterval: restingMs,
  });
}

/** Changes webhooks, and asks again for them. */
export async function changeWebhooks<Answer = unknown>(
  path: string,
  input: object,
  method: 'POST' | 'PATCH',
): Promise<Answer> {
  const answer = await callMlflow<Answer>(path, input, method);
  await queryClient.invalidateQueries({ queryKey });
  return answer;
}

/** It leaves the list at once: nobody asks for the deliveries of what is gone. */
export async function deleteWebhook(id: string): Promise<void> {
  await callMlflow(`webhooks/${encodeURIComponent(id)}`, {}, 'DELETE');
  queryClient.setQueryData<InfiniteData<Found, string>>(
    queryKey,
    (before) =>
      before && {
        ...before,
        pages: before.pages.map((page) => ({
          ...page,
          webhooks: (page.webhooks ?? []).filter(({ webhook_id }) => webhook_id !== id),
        })),
      },
  );
}
