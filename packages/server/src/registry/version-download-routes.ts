import { Type } from 'typebox';
import { sendArtifact } from '../artifacts/index.ts';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { speakMlflow } from '../tracking/index.ts';
import type { VersionService } from './version-service.ts';

const text = Type.String({ minLength: 1 });

/** Where MLflow's own pages download from; clients go through the proxy. */
export function versionDownloadRoutes(
  app: App,
  { db, blobs, log }: Platform,
  versions: VersionService,
): void {
  app.register(async (scope: App) => {
    speakMlflow(scope, log);
    scope.get(
      '/model-versions/get-artifact',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'Download a file of a registered version',
          querystring: Type.Object({ name: text, version: text, path: text }),
        },
        config: { notes: { errors: 'mlflow', answerType: 'application/octet-stream' } },
      },
      async (request, reply) => {
        const { name, version, path } = request.query;
        const root = await versions.locateFiles(name, version);
        return sendArtifact({ db, blobs }, request, reply, { root, path });
      },
    );
  });
}
