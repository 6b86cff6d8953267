import { Type } from 'typebox';
import { sendArtifact } from '../../artifacts/index.ts';
import type { App } from '../../platform/http/index.ts';
import type { Platform } from '../../platform/platform.ts';
import { speakMlflow } from '../door/index.ts';
import { toTraceFile } from './trace-file.ts';
import { traceKeys } from './trace-keys.ts';
import type { TraceService } from './trace-service.ts';

const fileName = 'traces.json';
const attachments = 'attachments';

/** Where MLflow's own pages read the spans of a trace, and what is attached to them. */
export function traceFileRoutes(app: App, { db, blobs, log }: Platform, traces: TraceService): void {
  app.register(async (scope: App) => {
    speakMlflow(scope, log);
    for (const prefix of ['/api/2.0', '/api/3.0', '/ajax-api/2.0', '/ajax-api/3.0']) {
      scope.get(
        `${prefix}/mlflow/get-trace-artifact`,
        {
          exposeHeadRoute: false,
          schema: {
            summary: 'Download the spans of a trace, or a file attached to it',
            querystring: Type.Object({
              request_id: Type.String({ minLength: 1 }),
              path: Type.Optional(Type.String({ description: 'Of an attached file.' })),
            }),
          },
          config: { notes: { errors: 'mlflow', answerType: 'application/octet-stream' } },
        },
        async (request, reply) => {
          const { request_id: traceId, path } = request.query;
          const { trace, spans } = await traces.get(traceId, true);
          const root = trace.tags[traceKeys.artifactLocation] ?? '';
          if (path)
            return sendArtifact({ db, blobs }, request, reply, { root: `${root}/${attachments}`, path });
          // Clients of before 3.4 put the spans into a file.
          if (spans.length === 0)
            return sendArtifact({ db, blobs }, request, reply, { root, path: fileName });
          return reply
            .type('application/octet-stream')
            .header('content-disposition', `attachment; filename="${fileName}"`)
            .header('x-content-type-options', 'nosniff')
            .send(toTraceFile(spans));
        },
      );
    }
  });
}
