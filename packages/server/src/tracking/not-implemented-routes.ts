import { passBodiesThrough } from '../artifacts/index.ts';
import type { App } from '../platform/http/index.ts';
import type { Log } from '../platform/log.ts';
import { speakMlflow } from './door/index.ts';

const prefixes = ['/api', '/ajax-api'] as const;
const noPresignedUrls = 'This server gives no presigned URLs: files go to it and come from it';

/** What clients ask for and can do without, if they are told: they do not repeat a 501. */
const refused = [
  {
    method: 'GET',
    path: '/2.0/mlflow-artifacts/presigned/*',
    summary: 'Refuses with 501, so that clients download through the proxy',
    message: noPresignedUrls,
  },
  {
    method: 'POST',
    path: '/2.0/mlflow/artifacts/presigned-download-url',
    summary: 'Refuses with 501: files of runs are downloaded through the proxy',
    message: noPresignedUrls,
  },
  {
    method: 'POST',
    path: '/2.0/mlflow/artifacts/presigned-upload-url',
    summary: 'Refuses with 501: files of runs and models are uploaded through the proxy',
    message: noPresignedUrls,
  },
  {
    method: 'PUT',
    path: '/3.0/mlflow/scorers/online-config',
    summary: 'Refuses with 501: no scorer runs by itself',
    message:
      'This server does not run scorers by itself: that needs a judge model behind an AI gateway, which it does not have. Score traces with mlflow.genai.evaluate',
  },
] as const;

export function mountNotImplemented(app: App, log: Log): void {
  app.register(async (scope) => {
    speakMlflow(scope, log);
    passBodiesThrough(scope);
    for (const prefix of prefixes) {
      for (const { method, path, summary, message } of refused) {
        scope.route({
          method,
          url: `${prefix}${path}`,
          schema: { summary },
          config: { notes: { errors: 'mlflow', notImplemented: true } },
          handler: (_request, reply) => reply.status(501).send({ error_code: 'NOT_IMPLEMENTED', message }),
        });
      }
    }
  });
}
