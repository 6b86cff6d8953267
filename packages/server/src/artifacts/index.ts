import type { Domain, Platform } from '../platform/platform.ts';
import { type ArtifactService, createArtifactService } from './artifact-service.ts';
import { blobRoutes } from './blob-routes.ts';

export { checkArtifactPath, isArtifactUri, toStorePath } from './artifact-path.ts';
export type { ArtifactEntry, ArtifactService } from './artifact-service.ts';
export { downloadHeaders } from './download-headers.ts';
export { listPinnedFiles, type PinnedFiles, pinFiles, unpinFiles } from './pinned-files.ts';
export { getArtifact, sendArtifact } from './send-artifact.ts';
export type { UploadService } from './upload-service.ts';
export { passBodiesThrough, readUpload } from './upload-stream.ts';

export interface Artifacts extends Domain, ArtifactService {}

export function createArtifacts(platform: Platform): Artifacts {
  const service = createArtifactService(platform);
  return {
    ...service,
    routes: (app) => blobRoutes(app, platform.blobs),
    sweep: () => service.uploads.sweep(),
  };
}
