import { Readable } from 'node:stream';
import { DividendError } from '@dividend/core/errors';
import type { RestClient } from './rest-client.ts';
import type { ArtifactOwner, SourceEntry } from './source.ts';

const maxDepth = 100;

interface ListedFile {
  readonly path?: unknown;
  readonly is_dir?: unknown;
  readonly file_size?: unknown;
}

/** How the files of one run or logged model are reached. */
interface Door {
  list(path: string): Promise<{ files?: readonly ListedFile[] }>;
  open(path: string): Promise<Response>;
}

/**
 * The files of a run or logged model over REST: through the artifact proxy where they are in it, else through the routes of the
 * web page, which reach any store that the server reaches.
 */
export async function* listRestFiles(client: RestClient, owner: ArtifactOwner): AsyncGenerator<SourceEntry> {
  if (owner.of === 'trace' && !owner.uri.startsWith('mlflow-artifacts:')) {
    const at = owner.uri.slice(0, 300);
    yield { path: '', refused: `its files are at '${at}', which no route of MLflow lists: give --artifacts` };
    return;
  }
  yield* walk(openDoor(client, owner), '', 0);
}

function openDoor(client: RestClient, { of, id, uri }: ArtifactOwner): Door {
  const proxied = /^mlflow-artifacts:\/(?:\/[^/]*)?(?<path>.*)$/s
    .exec(uri)
    ?.groups?.path?.replace(/^\/+/, '');
  if (proxied !== undefined) {
    const at = (path: string) => (path === '' ? proxied : `${proxied}/${path}`);
    return {
      list: (path) => client.get('/api/2.0/mlflow-artifacts/artifacts', { path: at(path) }),
      open: (path) =>
        client.send(
          `/api/2.0/mlflow-artifacts/artifacts/${at(path).split('/').map(encodeURIComponent).join('/')}`,
        ),
    };
  }
  if (of === 'run') {
    return {
      list: (path) => client.get('/api/2.0/mlflow/artifacts/list', { run_id: id, path }),
      open: (path) => client.send('/get-artifact', {}, { run_uuid: id, path }),
    };
  }
  const base = `/ajax-api/2.0/mlflow/logged-models/${encodeURIComponent(id)}/artifacts`;
  return {
    list: (path) => client.get(`${base}/directories`, path === '' ? {} : { artifact_directory_path: path }),
    open: (path) => client.send(`${base}/files`, {}, { artifact_file_path: path }),
  };
}

async function* walk(door: Door, below: string, depth: number): AsyncGenerator<SourceEntry> {
  if (depth > maxDepth) {
    yield { path: below, refused: `the folder is nested more than ${maxDepth} deep` };
    return;
  }
  let listed: readonly ListedFile[];
  try {
    listed = (await door.list(below)).files ?? [];
  } catch (error) {
    if (!(error instanceof DividendError) || error.kind === 'unavailable') throw error;
    if (error.kind !== 'not_found') yield { path: below, refused: error.message };
    return;
  }
  for (const file of listed) {
    const given = String(file.path ?? '');
    const name = given.slice(given.lastIndexOf('/') + 1);
    const path = below === '' ? name : `${below}/${name}`;
    // A listing gives names, or paths below the folder that was asked for; anything else leads elsewhere.
    if (name === '' || name === '.' || name === '..' || (given !== name && given !== path))
      yield { path: given, refused: 'its path leads elsewhere' };
    else if (file.is_dir === true) yield* walk(door, path, depth + 1);
    else yield toFile(door, path, Number(file.file_size ?? 0));
  }
}

function toFile(door: Door, path: string, bytes: number): SourceEntry {
  return {
    path,
    bytes,
    fingerprint: `${bytes} bytes`,
    open: async () => {
      const response = await door.open(path);
      if (response.ok && response.body) return readBody(response.body);
      await response.body?.cancel();
      if (response.ok) return Readable.from([]);
      // Asked for several times by now: this file cannot be had, others may.
      throw new DividendError(
        'SERVER_REFUSED',
        'invalid_argument',
        `the MLflow server answers ${response.status}`,
      );
    },
  };
}

/** The content of a file; where the server goes away meanwhile, it may be asked for again. */
async function* readBody(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    const reason = 'The MLflow server stopped in the middle of a file; start the same command again';
    throw new DividendError('SERVER_UNREACHABLE', 'unavailable', reason, { cause });
  }
}
