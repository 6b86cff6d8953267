import { Type } from 'typebox';
import { toStorePath, type UploadService } from '../artifacts/index.ts';
import { type MlflowRoute, mlflowRoute, Nothing } from './door/index.ts';

const path = '/2.0/mlflow-artifacts/mpu';
/** Where parts go, below it the id of the upload and the number of the part. */
export const uploadPartPath = `${path}/part`;

const folder = { '*': Type.String() };
/** The file on the sender's machine: its name is the name of the artifact. */
const file = { path: Type.String() };

const PartCredential = Type.Object({
  url: Type.String(),
  part_number: Type.Integer(),
  headers: Type.Object({}),
});

/** Uploads in parts as MLflow's proxy has them. Parts go to URLs that the beginning answers with. */
export function uploadRoutes(uploads: UploadService): MlflowRoute[] {
  return [
    mlflowRoute({
      method: 'POST',
      path: `${path}/create/*`,
      summary: 'Begin an upload in parts',
      request: Type.Object({ ...folder, ...file, num_parts: Type.Optional(Type.Integer()) }),
      answer: Type.Object({ upload_id: Type.String(), credentials: Type.Array(PartCredential) }),
      handle: async (input, { baseUrl }) => {
        const partCount = input.num_parts ?? 1;
        const uploadId = await uploads.begin(targetOf(input), partCount);
        const credentials = Array.from({ length: partCount }, (_, index) => ({
          url: `${baseUrl}/api${uploadPartPath}/${uploadId}/${index + 1}`,
          part_number: index + 1,
          headers: {},
        }));
        return { upload_id: uploadId, credentials };
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/complete/*`,
      summary: 'Put the parts of an upload together',
      request: Type.Object({
        ...folder,
        ...file,
        upload_id: Type.String(),
        parts: Type.Array(
          Type.Object({
            part_number: Type.Integer(),
            etag: Type.String(),
            url: Type.Optional(Type.String()),
          }),
        ),
      }),
      // 10 000 parts with their URLs.
      maxBodyBytes: 8_000_000,
      answer: Nothing,
      handle: async (input) => {
        const parts = input.parts.map((part) => ({ partNumber: part.part_number, etag: part.etag }));
        await uploads.complete(targetOf(input), input.upload_id, parts);
        return {};
      },
    }),
    mlflowRoute({
      method: 'POST',
      path: `${path}/abort/*`,
      summary: 'Give an upload in parts up',
      request: Type.Object({ ...folder, ...file, upload_id: Type.String() }),
      answer: Nothing,
      handle: async (input) => {
        await uploads.abort(targetOf(input), input.upload_id);
        return {};
      },
    }),
  ];
}

/** Clients on Windows send their own kind of path. */
function targetOf(input: { '*': string; path: string }): string {
  return toStorePath(input['*'], input.path.split(/[/\\]/).at(-1));
}
