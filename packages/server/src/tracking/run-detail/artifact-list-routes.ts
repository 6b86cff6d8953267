import { ArtifactItem, ArtifactQuery, pageOf } from '@dividend/contracts/api';
import { Type } from 'typebox';
import type { ArtifactService } from '../../artifacts/index.ts';
import type { App } from '../../platform/http/index.ts';
import type { Db } from '../../platform/postgres/index.ts';
import { findArtifactRoot } from '../find-artifact-root.ts';
import { checkRunId } from '../log-limits.ts';
import { loggedModelNotFound } from '../models/logged-model-errors.ts';
import { getRunInfo } from '../runs/run-store.ts';

const usualEntries = 200;
const listing = { querystring: ArtifactQuery, response: { 200: pageOf(ArtifactItem) } };

/** Folders by the page: MLflow's list sends a folder of a hundred thousand files at once. */
export function artifactListRoutes(app: App, db: Db, artifacts: ArtifactService): void {
  app.get(
    '/api/v1/runs/:runId/artifacts',
    {
      schema: {
        summary: 'List a folder of the artifacts of a run',
        params: Type.Object({ runId: Type.String() }),
        ...listing,
      },
    },
    async ({ params, query }) => {
      const { artifactUri } = await getRunInfo(db, checkRunId(params.runId));
      return listPage(artifacts, artifactUri, query);
    },
  );
  app.get(
    '/api/v1/logged-models/:modelId/artifacts',
    {
      schema: {
        summary: 'List a folder of the artifacts of a logged model',
        params: Type.Object({ modelId: Type.String() }),
        ...listing,
      },
    },
    async ({ params, query }) => {
      const found = await findArtifactRoot(db, { modelId: params.modelId });
      if (found === undefined) throw loggedModelNotFound(params.modelId);
      return listPage(artifacts, found.artifactRoot, query);
    },
  );
}

async function listPage(
  artifacts: ArtifactService,
  root: string,
  { path = '', limit = usualEntries, cursor }: ArtifactQuery,
) {
  const entries = await artifacts.list(root, path, { after: cursor, limit: limit + 1 });
  const items = entries.slice(0, limit).map((entry) => ({
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    isFolder: entry.isDir,
    bytes: entry.bytes,
  }));
  const last = items.at(-1);
  const hasMore = entries.length > limit && last !== undefined;
  return { items, ...(hasMore ? { next: last.isFolder ? `${last.name}/` : last.name } : {}) };
}
