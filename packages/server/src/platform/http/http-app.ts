import type { IncomingMessage, ServerResponse } from 'node:http';
import { DividendError, httpStatusOf } from '@dividend/core/errors';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawServerDefault,
} from 'fastify';
import type { Log } from '../log.ts';
import { toDividendError, toErrorBody } from './error-handler.ts';
import type { TypeBoxTypeProvider } from './typebox-provider.ts';
import { typeboxValidator } from './typebox-provider.ts';

/** The HTTP application that domains hang their routes on; handlers see bodies typed by their TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

const defaultBodyLimitBytes = 2_000_000;

/** A part of the application that tells errors in a shape of its own, also those that arise before a route is found. */
export interface ErrorDoor {
  isBelow(url: string): boolean;
  answer(error: DividendError): { status: number; body: object };
}

declare module 'fastify' {
  interface FastifyInstance {
    errorDoors: ErrorDoor[];
  }
}

export function createHttpApp(log: Log): App {
  const errorDoors: ErrorDoor[] = [];
  const app = Fastify({
    frameworkErrors: (thrown, request, reply) => {
      const error = toDividendError(thrown);
      const door = errorDoors.find((candidate) => candidate.isBelow(request.url));
      const answer = door?.answer(error) ?? { status: httpStatusOf(error.kind), body: toErrorBody(error) };
      void (reply as FastifyReply).status(answer.status).send(answer.body);
    },
    bodyLimit: defaultBodyLimitBytes,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // An artifact of gigabytes takes its time; a client that stalls between bytes is cut off by `connectionTimeout`.
    requestTimeout: 0,
    connectionTimeout: 120_000,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.decorate('errorDoors', errorDoors);
  app.setValidatorCompiler(typeboxValidator);
  app.setErrorHandler((thrown, request, reply) => {
    const error = toDividendError(thrown);
    if (error.kind === 'internal')
      log.error('Request failed', {
        method: request.method,
        url: request.url,
        error: (error.cause as Error)?.stack ?? error,
      });
    if (error.retryable) reply.header('retry-after', '1');
    return reply.status(httpStatusOf(error.kind)).send(toErrorBody(error));
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .send(
        toErrorBody(
          new DividendError(
            'PATH_NOT_FOUND',
            'not_found',
            `No route '${request.method} ${request.url.split('?')[0]}'; GET /api/openapi.json lists them`,
          ),
        ),
      ),
  );
  return app as unknown as App;
}
