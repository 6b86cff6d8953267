import {
  Digest,
  PageQuery,
  pageOf,
  Release,
  ReleaseDetail,
  type Release as ReleaseShape,
} from '@dividend/contracts/api';
import { DividendError } from '@dividend/core/errors';
import { Type } from 'typebox';
import type { App } from '../platform/http/index.ts';
import type { Platform } from '../platform/platform.ts';
import { findRelease, listReleases, type ReleaseRecord } from './release-store.ts';

export function releaseRoutes(app: App, { db }: Platform): void {
  app.get(
    '/api/v1/releases',
    {
      schema: {
        summary: 'List releases, newest first',
        querystring: Type.Intersect([PageQuery, Type.Object({ model: Type.Optional(Type.String()) })]),
        response: { 200: pageOf(Release) },
      },
    },
    async (request) => {
      const { model, cursor, limit = 50 } = request.query;
      const found = await listReleases(db, { model, beforeIndex: parseCursor(cursor), limit: limit + 1 });
      const items = found.slice(0, limit);
      const next = found.length > limit ? { next: String(items.at(-1)?.index) } : {};
      return { items: items.map(toWire), ...next };
    },
  );

  app.get(
    '/api/v1/releases/:digest',
    {
      schema: {
        summary: 'A release with its manifest',
        params: Type.Object({ digest: Digest }),
        response: { 200: ReleaseDetail },
      },
    },
    async (request) => {
      const { digest } = request.params;
      const release = await findRelease(db, { digest });
      if (!release) throw releaseNotFound(`digest '${digest}'`);
      return { ...toWire(release), manifest: { ...release.manifest } };
    },
  );
}

export function releaseNotFound(what: string): DividendError {
  return new DividendError(
    'RELEASE_NOT_FOUND',
    'not_found',
    `No release has ${what}; list them with GET /api/v1/releases`,
  );
}

function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^[0-9]{1,10}$/.test(cursor)) return Number(cursor);
  throw new DividendError(
    'CURSOR_INVALID',
    'invalid_argument',
    `Cursor '${cursor}' was not given by this list`,
    {
      field: 'cursor',
    },
  );
}

function toWire(release: ReleaseRecord): ReleaseShape {
  const { digest, index, model, version, changeKind, trigger, pipelineRunId, runId } = release;
  return {
    digest,
    index,
    model,
    version,
    createdAt: release.createdAt.toISOString(),
    changeKind,
    trigger,
    pipelineRunId,
    runId,
    parts: { ...release.parts },
    metrics: { ...release.metrics },
  };
}
