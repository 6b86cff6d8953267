import { listRestFiles } from './rest-artifacts.ts';
import { createRestClient, type RestClient } from './rest-client.ts';
import type { Wire } from './rest-pages.ts';
import type { SourceEntry } from './source.ts';

/** Files that registered versions here keep apart from where they came from (docs/adr/0007). */
export interface PinnedFiles {
  /** A version's files where those at its source are others by now, all below one folder or one alone; undefined where they are the same. */
  findChanged(model: string, version: number): Promise<readonly SourceEntry[] | undefined>;
}

export function openPinnedFiles(address: string): PinnedFiles {
  const client = createRestClient(address, '--url');
  return {
    findChanged: async (model, version) => {
      const at = `/api/v1/models/${encodeURIComponent(model)}/versions/${version}`;
      const { location, sourceLocation }: Wire = await client.get(at);
      if (location === null || (await isSame(client, `${at}/files`, String(sourceLocation))))
        return undefined;
      const folder = String(location).replace(/\/[^/]*$/, '');
      const entries: SourceEntry[] = [];
      for await (const entry of listRestFiles(client, { of: 'run', id: '', uri: folder }))
        entries.push(entry);
      return entries;
    },
  };
}

/** True where the files at a version's source are still those that it keeps, by path and digest. */
async function isSame(client: RestClient, filesOf: string, sourceLocation: string): Promise<boolean> {
  const kept = new Map<string, string>();
  for await (const { path, digest } of getItems(client, filesOf)) kept.set(String(path), String(digest));
  for (const [path, digest] of kept)
    if ((await findDigest(client, path === '' ? sourceLocation : `${sourceLocation}/${path}`)) !== digest)
      return false;
  for await (const { path } of listRestFiles(client, { of: 'run', id: '', uri: sourceLocation }))
    if (!kept.has(path)) return false;
  return true;
}

async function* getItems(client: RestClient, path: string): AsyncGenerator<Wire> {
  for (let cursor: unknown; ; ) {
    const page: Wire = await client.get(path, { limit: 500, ...(cursor ? { cursor: String(cursor) } : {}) });
    yield* page.items as readonly Wire[];
    if (page.next === undefined) return;
    cursor = page.next;
  }
}

/** Undefined where there is no such file. */
async function findDigest(client: RestClient, uri: string): Promise<string | undefined> {
  const path = uri.replace(/^mlflow-artifacts:\/+/, '');
  const at = `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
  const response = await client.send(at, { method: 'HEAD' });
  return response.ok ? response.headers.get('etag')?.replaceAll('"', '') : undefined;
}
