import { isPromptSource } from '@dividend/contracts/imports';
import { DividendError } from '@dividend/core/errors';
import { isArtifactUri, toStorePath } from '../artifacts/index.ts';
import type { Db } from '../platform/postgres/index.ts';
import { findAliasedVersion } from './alias-store.ts';
import { checkModelName, isLatest } from './registry-checks.ts';
import { getModelVersion, listModelVersions } from './version-store.ts';

/** Where runs and logged models keep their artifacts. */
export interface ArtifactRoots {
  findArtifactRoot(
    db: Db,
    of: { runId: string } | { modelId: string },
  ): Promise<{ artifactRoot: string; sourceRunId: string | null } | undefined>;
}

export interface RequestedSource {
  readonly source: string;
  readonly runId?: string | undefined;
  readonly modelId?: string | undefined;
  readonly isPrompt?: boolean;
}

/** A source that is known to lie in this store. */
export interface ResolvedSource {
  readonly source: string;
  readonly storageLocation: string;
  /** Where the files are to be taken from: those of another version are the ones that it pinned. */
  readonly filesLocation: string;
  readonly runId: string | null;
  readonly modelId: string | null;
}

/**
 * Finds the files of a version to be: those of a logged model (`models:/m-…`), of another version (`models:/name/2`,
 * `models:/name@alias`), of a run (`runs:/…/model`), or a folder of the store. Whatever else (local paths, other
 * schemes, paths that lead elsewhere, a run or model that does not hold the source) is refused.
 * @throws {DividendError} VERSION_SOURCE_INVALID
 */
export async function resolveSource(
  db: Db,
  roots: ArtifactRoots,
  request: RequestedSource,
): Promise<ResolvedSource> {
  const { source } = request;
  if (request.isPrompt) {
    if (isPromptSource(source)) return toResolved(request, source, null);
    throw invalidSource(source, `A prompt has no files; its source is 'dummy-source' or 'prompt-template'`);
  }
  if (source.startsWith('models:/')) return resolveModel(db, roots, request, source.slice('models:/'.length));
  if (source.startsWith('runs:/')) return resolveRun(db, roots, request, source.slice('runs:/'.length));
  if (isArtifactUri(source)) return resolveFolder(db, roots, request);
  throw invalidSource(
    source,
    "The files of a version must be in this store: log them to a run first, and give 'runs:/…', 'models:/…' or 'mlflow-artifacts:/…'",
  );
}

async function resolveModel(
  db: Db,
  roots: ArtifactRoots,
  request: RequestedSource,
  path: string,
): Promise<ResolvedSource> {
  if (/^m-[0-9a-f]{32}$/.test(path)) {
    if (request.modelId !== undefined && request.modelId !== path)
      throw notTheHolder(request.source, 'model_id');
    const model = await findHolder(db, roots, { modelId: path }, request.source, 'model_id');
    const runId = request.runId ?? model.sourceRunId;
    return {
      source: request.source,
      storageLocation: model.artifactRoot,
      filesLocation: model.artifactRoot,
      runId,
      modelId: path,
    };
  }
  const named = /^(?<name>[^/@]+)(?:\/(?<version>[^/@]+)|@(?<alias>[^/@]+))$/.exec(path)?.groups;
  if (named?.name === undefined) throw invalidSource(request.source, "Expected 'models:/<name>/<version>'");
  checkModelName(named.name);
  const version = await resolveVersion(db, named.name, named.version, named.alias, request.source);
  const other = await getModelVersion(db, named.name, version);
  return {
    source: `models:/${other.model}/${other.version}`,
    storageLocation: other.storageLocation,
    filesLocation: other.pinned?.location ?? other.storageLocation,
    runId: request.runId ?? other.runId,
    modelId: request.modelId ?? other.modelId,
  };
}

async function resolveVersion(
  db: Db,
  name: string,
  version: string | undefined,
  alias: string | undefined,
  source: string,
): Promise<string> {
  if (version !== undefined && !isLatest(version)) return version;
  const found =
    alias === undefined
      ? (await listModelVersions(db, name))[0]?.version
      : await findAliasedVersion(db, name, alias);
  if (found === undefined) throw invalidSource(source, 'There is no such version');
  return found;
}

async function resolveRun(
  db: Db,
  roots: ArtifactRoots,
  request: RequestedSource,
  path: string,
): Promise<ResolvedSource> {
  const slash = path.indexOf('/');
  const runId = slash === -1 ? path : path.slice(0, slash);
  if (request.runId !== undefined && request.runId !== runId) throw notTheHolder(request.source, 'run_id');
  const run = await findHolder(db, roots, { runId }, request.source, 'run_id');
  const below = slash === -1 ? '' : path.slice(slash + 1);
  const storageLocation = below === '' ? run.artifactRoot : `${run.artifactRoot}/${below}`;
  return toResolved({ ...request, runId }, checkedLocation(request.source, storageLocation), null);
}

async function resolveFolder(
  db: Db,
  roots: ArtifactRoots,
  request: RequestedSource,
): Promise<ResolvedSource> {
  const { source, runId, modelId } = request;
  const path = toStorePath(checkedLocation(source, source));
  let madeBy: string | null = null;
  if (modelId !== undefined) {
    const model = await findHolder(db, roots, { modelId }, source, 'model_id');
    if (!isWithin(path, model.artifactRoot)) throw notTheHolder(source, 'model_id');
    madeBy = model.sourceRunId;
  } else if (runId !== undefined) {
    const run = await findHolder(db, roots, { runId }, source, 'run_id');
    if (!isWithin(path, run.artifactRoot)) throw notTheHolder(source, 'run_id');
  }
  return toResolved(request, source, madeBy);
}

function toResolved(
  request: RequestedSource,
  storageLocation: string,
  madeBy: string | null,
): ResolvedSource {
  return {
    source: request.source,
    storageLocation,
    filesLocation: storageLocation,
    runId: request.runId ?? madeBy,
    modelId: request.modelId ?? null,
  };
}

async function findHolder(
  db: Db,
  roots: ArtifactRoots,
  of: { runId: string } | { modelId: string },
  source: string,
  field: string,
) {
  const holder = await roots.findArtifactRoot(db, of);
  if (holder === undefined) throw notTheHolder(source, field);
  return holder;
}

function isWithin(path: string, root: string): boolean {
  const rootPath = toStorePath(root);
  return path === rootPath || path.startsWith(`${rootPath}/`);
}

function checkedLocation(source: string, location: string): string {
  try {
    toStorePath(location);
    return location;
  } catch (error) {
    throw invalidSource(source, "Paths must not hold '..' or lead elsewhere", error);
  }
}

function notTheHolder(source: string, field: string): DividendError {
  return invalidSource(
    source,
    `The ${field} request parameter must identify the resource that contains the source`,
  );
}

function invalidSource(source: string, reason: string, cause?: unknown): DividendError {
  return new DividendError(
    'VERSION_SOURCE_INVALID',
    'invalid_argument',
    `Invalid model version source: '${source.slice(0, 300)}'. ${reason}.`,
    { field: 'source', cause },
  );
}
