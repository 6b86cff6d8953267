import { DividendError } from '@dividend/core/errors';
import type { FastifyRequest } from 'fastify';
import type { Static, TObject } from 'typebox';
import { type App, publicBaseUrl, sendPieces } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { toMlflowAnswer } from './mlflow-error.ts';
import { parseBody } from './parse-body.ts';
import { readRequest } from './read-request.ts';

/** One row of the door's route table. */
export interface MlflowRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api` and `/ajax-api`, path parameters as `:name`: `/2.0/mlflow/runs/create`. */
  readonly path: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Contract of the request: query string of a GET, else body; path parameters are fields of it. */
  readonly request: TObject;
  /** Contract of the answer: what is always there, and what may be; a JSON object. */
  readonly answer: TObject;
  /** Default 2 MB, the limit of the platform. */
  readonly maxBodyBytes?: number;
  readonly handle: (input: never, caller: MlflowCaller) => Promise<MlflowAnswer>;
}

/** An object, JSON already, or JSON that is made piece by piece. */
export type MlflowAnswer = object | string | AsyncGenerator<string>;

/** Who asks. */
export interface MlflowCaller {
  /** Where the caller reaches this server: scheme, host and what a proxy put before the path. */
  readonly baseUrl: string;
}

/** A row whose handler sees the request typed by its contract. */
export function mlflowRoute<Schema extends TObject>(
  row: Omit<MlflowRoute, 'request' | 'handle'> & {
    readonly request: Schema;
    readonly handle: (input: Static<Schema>, caller: MlflowCaller) => Promise<MlflowAnswer>;
  },
): MlflowRoute {
  return row as unknown as MlflowRoute;
}

const prefixes = ['/api', '/ajax-api'] as const;

/** Serves rows of the table, each twice: `/api` for clients, `/ajax-api` for MLflow's own pages. */
export function mountMlflowRoutes(app: App, log: Log, routes: readonly MlflowRoute[]): void {
  app.register(async (scope) => {
    speakMlflow(scope, log);
    readJsonBodies(scope);
    for (const route of routes) {
      for (const prefix of prefixes) {
        scope.route({
          method: route.method,
          url: `${prefix}${route.path}`,
          ...(route.maxBodyBytes === undefined ? {} : { bodyLimit: route.maxBodyBytes }),
          schema: { summary: route.summary },
          config: { notes: { errors: 'mlflow', request: route.request, answer: route.answer } },
          handler: async (request, reply) => {
            const answer = await route.handle(readInput(route, request) as never, {
              baseUrl: publicBaseUrl(request),
            });
            if (isPieces(answer)) return sendPieces(reply, answer, jsonType);
            return reply.headers(jsonType).send(typeof answer === 'string' ? answer : JSON.stringify(answer));
          },
        });
      }
    }
  });
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };

function isPieces(answer: MlflowAnswer): answer is AsyncGenerator<string> {
  return typeof answer === 'object' && Symbol.asyncIterator in answer;
}

const doorPaths = ['/api/2.0', '/api/3.0', '/ajax-api/2.0', '/ajax-api/3.0'] as const;

/** What goes wrong below the door's paths before a route is found, or because there is none, is told in MLflow's shape. Once per application. */
export function mountMlflowErrors(app: App): void {
  app.errorDoors.push({
    isBelow: (url) => doorPaths.some((path) => url.startsWith(`${path}/`)),
    answer: toMlflowAnswer,
  });
}

/**
 * Errors of this scope leave in MLflow's shape.
 *
 * @param tooLargeStatus of a body that is too large; default 400, as MLflow has it
 */
export function speakMlflow(scope: App, log: Log, tooLargeStatus?: 413): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const { error, status, body } = toMlflowAnswer(isBodyTooLarge(thrown) ? bodyTooLarge(request) : thrown);
    if (error.kind === 'internal') {
      log.error('Request failed', {
        method: request.method,
        url: request.url,
        error: (error.cause as Error)?.stack ?? error,
      });
    }
    if (error.retryable) reply.header('retry-after', '1');
    const own = error.kind === 'too_large' ? tooLargeStatus : undefined;
    return reply
      .status(own ?? status)
      .type('application/json')
      .send(JSON.stringify(body));
  });
}

function isBodyTooLarge(thrown: unknown): boolean {
  return (thrown as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

function bodyTooLarge(request: FastifyRequest): DividendError {
  const size = request.headers['content-length'] ?? 'unknown';
  return new DividendError(
    'BODY_TOO_LARGE',
    'too_large',
    `Requests to this API must be at most ${request.routeOptions.bodyLimit} bytes, got a request of size ${size}.`,
  );
}

function readInput(route: MlflowRoute, request: FastifyRequest): unknown {
  const fromQuery = route.method === 'GET';
  const sent = (fromQuery ? request.query : request.body) ?? {};
  const input =
    typeof sent === 'object' && !Array.isArray(sent)
      ? withOldForms({ ...sent, ...(request.params as object) })
      : sent;
  return readRequest(route.request, input, fromQuery ? 'query' : 'body');
}

/** Older clients say `run_uuid`, and give the numbers of experiments as numbers. */
function withOldForms(input: Readonly<Record<string, unknown>>): object {
  const { run_id, run_uuid, experiment_ids } = input;
  return {
    ...input,
    ...(run_id === undefined && run_uuid !== undefined ? { run_id: run_uuid } : {}),
    ...(Array.isArray(experiment_ids) ? { experiment_ids: experiment_ids.map(integerToText) } : {}),
  };
}

function integerToText(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value) : value;
}

function readJsonBodies(scope: App): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  scope.addContentTypeParser('*', (request, _payload, done) => {
    const type = request.headers['content-type'];
    const problem =
      type === undefined ? 'header is missing' : `must be one of ['application/json'], is '${type}'`;
    done(
      new DividendError('CONTENT_TYPE_INVALID', 'invalid_argument', `Bad Request. Content-Type ${problem}.`),
    );
  });
}
