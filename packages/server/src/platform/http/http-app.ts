import type { IncomingMessage, ServerResponse } from 'node:http';
import { DividendError, httpStatusOf } from '@dividend/core/errors';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawServerDefault,
} from 'fastify';
import type { Log } from '../log.ts';
import type { ErrorDoor } from './error-door.ts';
import { toDividendError, toErrorBody } from './error-handler.ts';
import { maxHeaderBytes, refuseUnread } from './refuse-unread.ts';
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

declare module 'fastify' {
  interface FastifyInstance {
    errorDoors: ErrorDoor[];
  }
}

export function createHttpApp(log: Log): App {
  const errorDoors: ErrorDoor[] = [];
  const sendAtDoor = (error: DividendError, url: string, reply: FastifyReply) => {
    const door = errorDoors.find((candidate) => candidate.isBelow(url));
    const answer = door?.answer(error) ?? { status: httpStatusOf(error.kind), body: toErrorBody(error) };
    return reply.status(answer.status).send(answer.body);
  };
  const app = Fastify({
    frameworkErrors: (thrown, request, reply) => {
      sendAtDoor(toDividendError(thrown), request.url, reply as FastifyReply);
    },
    clientErrorHandler: (error, socket) => refuseUnread(error, socket, errorDoors),
    http: { maxHeaderSize: maxHeaderBytes },
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
    sendAtDoor(
      new DividendError(
        'PATH_NOT_FOUND',
        'not_found',
        `No route '${request.method} ${request.url.split('?')[0]}'; GET /api/openapi.json lists them`,
      ),
      request.url,
      reply as FastifyReply,
    ),
  );
  return app as unknown as App;
}
