import type { RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import type { App } from '../http-app.ts';
import type { OperationNotes } from './operation-notes.ts';

/** A route as the application serves it. */
export interface DescribedRoute {
  /** Lower case. */
  readonly method: string;
  /** With path parameters as `:name`; `*` at the end takes the rest, slashes included. */
  readonly url: string;
  readonly summary: string | undefined;
  readonly params: TSchema | undefined;
  readonly query: TSchema | undefined;
  readonly body: TSchema | undefined;
  /** By status. */
  readonly answers: Readonly<Record<string, TSchema>>;
  readonly notes: OperationNotes;
  readonly maxBodyBytes: number;
}

/** Notes every route that is hung on the application from now on; the list grows until it listens. */
export function collectRoutes(app: App): readonly DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  app.addHook('onRoute', (options) => {
    if (options.schema?.hide) return;
    for (const method of [options.method].flat()) {
      // Fastify answers HEAD wherever it answers GET.
      if (method !== 'HEAD') routes.push(toDescribedRoute(method, options, app.initialConfig.bodyLimit ?? 0));
    }
  });
  return routes;
}

function toDescribedRoute(method: string, options: RouteOptions, usualBodyBytes: number): DescribedRoute {
  const { schema = {}, config, url, bodyLimit = usualBodyBytes } = options;
  return {
    method: method.toLowerCase(),
    url,
    summary: schema.summary,
    params: schema.params as TSchema | undefined,
    query: schema.querystring as TSchema | undefined,
    body: schema.body as TSchema | undefined,
    answers: (schema.response ?? {}) as Record<string, TSchema>,
    notes: config?.notes ?? {},
    maxBodyBytes: config?.notes?.maxBodyBytes ?? bodyLimit,
  };
}
