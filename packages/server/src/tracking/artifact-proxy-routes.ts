import { Type } from 'typebox';
import {
  type ArtifactService,
  checkArtifactPath,
  downloadHeaders,
  getArtifact,
  passBodiesThrough,
  readUpload,
  sendArtifact,
} from '../artifacts/index.ts';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { uploadPartPath } from './artifact-upload-routes.ts';
import {
  FileMessage,
  type MlflowRoute,
  mlflowRoute,
  Nothing,
  speakMlflow,
  toWireList,
} from './door/index.ts';

const prefixes = ['/api', '/ajax-api'] as const;
const octets = 'application/octet-stream';
const described = {
  put: {
    schema: { summary: 'Store an artifact' },
    config: {
      notes: {
        errors: 'mlflow',
        bodyTypes: [octets],
        maxBodyBytes: Number.POSITIVE_INFINITY,
        answer: Nothing,
      },
    },
  },
  putPart: {
    schema: { summary: 'Store a part of an upload' },
    config: {
      notes: {
        errors: 'mlflow',
        bodyTypes: [octets],
        maxBodyBytes: Number.POSITIVE_INFINITY,
        answer: Nothing,
      },
    },
  },
  delete: {
    schema: { summary: 'Delete an artifact, or a folder with all in it' },
    config: { notes: { errors: 'mlflow', answer: Nothing } },
  },
  get: {
    schema: { summary: 'Download an artifact' },
    config: { notes: { errors: 'mlflow', answerType: octets } },
  },
} as const;

/** The proxy's one route that speaks JSON; the others carry files. */
export function artifactListRoute(artifacts: ArtifactService): MlflowRoute {
  return mlflowRoute({
    method: 'GET',
    path: '/2.0/mlflow-artifacts/artifacts',
    summary: 'List a folder of the artifact store',
    request: Type.Object({ path: Type.Optional(Type.String()) }),
    answer: Type.Object({ files: Type.Optional(Type.Array(FileMessage)) }),
    handle: async (input) => {
      // Clients ask for the folder '.' of a run, and then for './folder'.
      const folder = checkArtifactPath((input.path ?? '').replaceAll(/\/\.(?=\/|$)/g, ''));
      const entries = await artifacts.list('', folder);
      return {
        files: toWireList(
          entries.map(({ path, isDir, bytes }) => ({
            path: path.slice(path.lastIndexOf('/') + 1),
            is_dir: isDir,
            file_size: isDir ? undefined : bytes,
          })),
        ),
      };
    },
  });
}

/** Files of the `mlflow-artifacts:/` store, streamed both ways: a file is never whole in memory. */
export function mountArtifactProxy(app: App, { db, blobs, log }: Platform, artifacts: ArtifactService): void {
  app.register(async (scope) => {
    speakMlflow(scope, log);
    passBodiesThrough(scope);
    for (const prefix of prefixes) {
      const url = `${prefix}/2.0/mlflow-artifacts/artifacts/*`;
      scope.put<{ Params: { '*': string } }>(url, described.put, async (request, reply) => {
        await artifacts.put('', request.params['*'], readUpload(request.raw));
        return reply.type('application/json').send('{}');
      });
      scope.delete<{ Params: { '*': string } }>(url, described.delete, async (request, reply) => {
        await artifacts.remove('', request.params['*']);
        return reply.type('application/json').send('{}');
      });
      scope.put<{ Params: { uploadId: string; partNumber: string } }>(
        `${prefix}${uploadPartPath}/:uploadId/:partNumber`,
        described.putPart,
        async (request, reply) => {
          const { uploadId, partNumber } = request.params;
          const content = readUpload(request.raw);
          const part = await artifacts.uploads.putPart(uploadId, Number(partNumber), content);
          return reply.header('etag', `"${part.digest}"`).type('application/json').send('{}');
        },
      );
      scope.head<{ Params: { '*': string } }>(url, async (request, reply) => {
        const path = request.params['*'];
        return reply.headers(downloadHeaders(path, await getArtifact(db, { root: '', path }))).send();
      });
      scope.get<{ Params: { '*': string } }>(url, described.get, (request, reply) =>
        sendArtifact({ db, blobs }, request, reply, { root: '', path: request.params['*'] }),
      );
    }
  });
}
