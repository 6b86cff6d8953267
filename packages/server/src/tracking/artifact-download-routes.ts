import { Type } from 'typebox';
import { sendArtifact } from '../artifacts/index.ts';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { missingParameter, speakMlflow } from './door/index.ts';
import { findArtifactRoot } from './find-artifact-root.ts';
import { checkRunId } from './log-limits.ts';
import { loggedModelNotFound } from './models/logged-model-errors.ts';
import { getRunInfo } from './runs/run-store.ts';

const text = Type.String({ minLength: 1 });
const notes = { errors: 'mlflow', answerType: 'application/octet-stream' } as const;
const prefixes = ['/api', '/ajax-api'] as const;

/** Where MLflow's own pages download from; clients go through the proxy. */
export function mountArtifactDownloads(app: App, { db, blobs, log }: Platform): void {
  app.register(async (scope: App) => {
    speakMlflow(scope, log);
    scope.get(
      '/get-artifact',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'Download an artifact of a run',
          querystring: Type.Object({
            run_id: Type.Optional(text),
            run_uuid: Type.Optional(text),
            path: text,
          }),
        },
        config: { notes },
      },
      async (request, reply) => {
        const { run_id, run_uuid, path } = request.query;
        const runId = run_id ?? run_uuid;
        if (runId === undefined) throw missingParameter('run_id');
        const { artifactUri } = await getRunInfo(db, checkRunId(runId));
        return sendArtifact({ db, blobs }, request, reply, { root: artifactUri, path });
      },
    );
    for (const prefix of prefixes) {
      scope.get(
        `${prefix}/2.0/mlflow/logged-models/:model_id/artifacts/files`,
        {
          exposeHeadRoute: false,
          schema: {
            summary: 'Download an artifact of a logged model',
            params: Type.Object({ model_id: Type.String() }),
            querystring: Type.Object({ artifact_file_path: text }),
          },
          config: { notes },
        },
        async (request, reply) => {
          const { model_id: modelId } = request.params;
          const found = await findArtifactRoot(db, { modelId });
          if (found === undefined) throw loggedModelNotFound(modelId);
          const place = { root: found.artifactRoot, path: request.query.artifact_file_path };
          return sendArtifact({ db, blobs }, request, reply, place);
        },
      );
    }
  });
}
