import { ModelVersionDetail, ModelVersionFile, PageQuery, pageOf } from '@dividend/contracts/api';
import { toCalendarTime } from '@dividend/core/time';
import { Type } from 'typebox';
import { listPinnedFiles } from '../artifacts/index.ts';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { VersionService } from './version-service.ts';
import type { ModelVersion } from './version-store.ts';

const Params = Type.Object({
  model: Type.String({ maxLength: 256 }),
  version: Type.String({ maxLength: 20 }),
});
const FilesQuery = Type.Object({
  ...PageQuery.properties,
  cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,7}$' })),
});
const partPrefix = 'dividend.part.';

/** What a version is made of. */
export function versionDetailRoutes(app: App, { db }: Platform, versions: VersionService): void {
  app.get(
    '/api/v1/models/:model/versions/:version',
    {
      schema: {
        summary: 'A registered version and the digests of what it is made of',
        params: Params,
        response: { 200: ModelVersionDetail },
      },
    },
    async ({ params }) => toDetail(await versions.get(params.model, params.version)),
  );
  app.get(
    '/api/v1/models/:model/versions/:version/files',
    {
      schema: {
        summary: 'Files of a registered version, with their digests',
        params: Params,
        querystring: FilesQuery,
        response: { 200: pageOf(ModelVersionFile) },
      },
    },
    async ({ params, query: { limit = 50, cursor = '0' } }) => {
      const { pinned } = await versions.get(params.model, params.version);
      if (pinned === null) return { items: [] };
      const offset = Number(cursor);
      const found = await listPinnedFiles(db, pinned.location, { limit: limit + 1, offset });
      const items = found.slice(0, limit);
      return { items, ...(found.length > limit ? { next: String(offset + limit) } : {}) };
    },
  );
}

function toDetail(version: ModelVersion): ModelVersionDetail {
  const { model, runId, modelId, source, stage, pinned } = version;
  const parts = Object.entries(version.tags).filter(([key]) => key.startsWith(partPrefix));
  return {
    model,
    version: version.version,
    createdAt: toCalendarTime(version.createdMs),
    createdBy: version.userId,
    stage,
    aliases: [...version.aliases],
    runId,
    modelId,
    source,
    sourceLocation: version.storageLocation,
    digest: pinned?.digest ?? null,
    files: pinned?.files ?? 0,
    bytes: pinned?.bytes ?? 0,
    location: pinned?.location ?? null,
    parts: Object.fromEntries(parts.map(([key, digest]) => [key.slice(partPrefix.length), digest])),
  };
}
