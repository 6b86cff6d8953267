import { httpStatusOf } from '@dividend/core/errors';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { type App, toDividendError } from '../platform/http/index.ts';
import type { Db } from '../platform/postgres/index.ts';

/** The MLflow whose REST API this door speaks; clients decide by it what they may use. */
export const mlflowVersion = '3.17.2';

/** Which of MLflow's options this server has, as its clients ask for them. */
const serverInfo = {
  store_type: 'SqlStore',
  workspaces_enabled: false,
  trace_archival_enabled: false,
  // Clients that are told so send files from 500 MB in parts unasked; one stream is four times as fast on one machine.
  multipart_uploads_enabled: false,
  multipart_downloads_enabled: false,
  presigned_upload_run_id_supported: false,
  presigned_upload_model_id_supported: false,
  features_enabled: { gateway: false },
};
const plainText = 'text/plain; charset=utf-8';
const ServerInfo = Type.Object({
  store_type: Type.String(),
  workspaces_enabled: Type.Boolean(),
  trace_archival_enabled: Type.Boolean(),
  multipart_uploads_enabled: Type.Boolean(),
  multipart_downloads_enabled: Type.Boolean(),
  presigned_upload_run_id_supported: Type.Boolean(),
  presigned_upload_model_id_supported: Type.Boolean(),
  features_enabled: Type.Object({ gateway: Type.Boolean() }),
});

/** What clients and load balancers ask first. `/health` is `OK`, or 503 and why the database does not answer. */
export function mountServerInfo(app: App, db: Db): void {
  app.get(
    '/version',
    {
      schema: { summary: 'The MLflow whose API is spoken here' },
      config: { notes: { answerType: 'text/plain' } },
    },
    (_request, reply) => reply.type(plainText).send(mlflowVersion),
  );
  for (const prefix of ['/api', '/ajax-api']) {
    app.get(
      `${prefix}/3.0/mlflow/server-info`,
      {
        schema: { summary: "Which of MLflow's options this server has" },
        config: { notes: { errors: 'mlflow', answer: ServerInfo } },
      },
      (_request, reply) => reply.send(serverInfo),
    );
  }
  app.get(
    '/health',
    {
      schema: { summary: 'OK while the database answers' },
      config: { notes: { errors: 'text', answerType: 'text/plain' } },
    },
    async (_request, reply) => {
      try {
        await sql`SELECT 1`.execute(db);
        return reply.type(plainText).send('OK');
      } catch (thrown) {
        const { kind, message } = toDividendError(thrown);
        return reply.code(httpStatusOf(kind)).type(plainText).send(message);
      }
    },
  );
}
