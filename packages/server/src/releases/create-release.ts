import { join } from 'node:path';
import type { ChangeKind, PipelineTrigger } from '@dividend/contracts/ledger';
import { canonicalJson } from '@dividend/core/ledger';
import type { Ledger } from '../ledger/index.ts';
import { runDuckJob } from '../platform/duckdb/index.ts';
import type { Platform } from '../platform/platform.ts';
import { isUniqueViolation } from '../platform/postgres/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Specs } from '../specs/index.ts';
import { decideChangeKind, type ReleaseOrigin } from './change-kind.ts';
import { noBins, type ReferenceData, type ReleaseBins } from './reference-bins.ts';
import { digestOfJson, type ReleaseManifest } from './release-manifest.ts';
import { ArtifactAltered, readReleaseContract } from './release-parts.ts';
import {
  findRelease,
  findReleaseOfVersion,
  hasWeights,
  insertRelease,
  type NewRelease,
  type ReleaseRecord,
} from './release-store.ts';
import { parseVersionTags, type VersionTags } from './version-tags.ts';
import { takeWarmupRows } from './warmup-rows.ts';

const binsProgram = join(import.meta.dirname, 'reference-bins-main.ts');
/** 200 000 rows of a hundred columns take a few seconds. */
const binsLimits = { memoryMb: 256, threads: 1, timeoutMs: 120_000 };

export interface ReleaseDependencies {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly specs: Pick<Specs, 'getCurrent' | 'get'>;
  readonly registry: Pick<Registry, 'getVersion' | 'findAlias'>;
}

export interface CreateRelease {
  readonly model: string;
  readonly version: string;
  readonly trigger: PipelineTrigger;
}

/** Makes the release of a model version, or gives the one that was made of the same parts before. */
export async function createRelease(
  platform: Platform,
  services: ReleaseDependencies,
  request: CreateRelease,
): Promise<ReleaseRecord> {
  const version = await services.registry.getVersion(request.model, request.version);
  const tags = parseVersionTags(request.model, request.version, version.tags);
  const contentDigest = digestOfJson({ model: request.model, version: request.version, tags }).digest;
  const existing = await findRelease(platform.db, { contentDigest });
  if (existing) return existing;
  const release = await describeRelease(platform, services, request, { runId: version.runId ?? null, tags });
  return saveRelease(platform, services, { ...release, contentDigest });
}

async function describeRelease(
  platform: Platform,
  services: ReleaseDependencies,
  request: CreateRelease,
  source: { runId: string | null; tags: VersionTags },
): Promise<Omit<NewRelease, 'contentDigest'>> {
  const { tags } = source;
  const { blobs } = platform;
  const weights = await blobs.stat(tags.parts.weights ?? '');
  const { signature, golden } = await reportingAltered(platform, services, () =>
    readReleaseContract(blobs, tags.parts),
  );
  const bins = await reportingAltered(platform, services, () =>
    readBins(platform, tags.parts.reference, signature),
  );
  const binsBlob = await blobs.put(once(canonicalJson(bins)));
  const specDigest = tags.specDigest ?? (await services.specs.getCurrent(request.model)).digest;
  const manifest: ReleaseManifest = {
    apiVersion: 'dividend/v1',
    kind: 'Release',
    ...request,
    runId: source.runId,
    pipelineRunId: tags.pipelineRunId,
    specDigest,
    changeKind: await findChangeKind(platform, services, request.model, {
      weights,
      manifest: tags,
      specDigest,
    }),
    trainingStartedAt: tags.trainingStartedAt,
    parts: { ...tags.parts, bins: binsBlob.digest },
    data: tags.data,
    signature,
    metrics: tags.metrics,
  };
  const { digest, text } = digestOfJson(manifest);
  await blobs.put(once(text), { expectedDigest: digest });
  return {
    digest,
    manifest,
    weightsDigest: weights.digest,
    serving: {
      weightsBytes: weights.bytes,
      reference: bins.columns,
      scoreReference: bins.score,
      warmup: takeWarmupRows(signature, golden),
    },
    createdAt: platform.clock.now(),
  };
}

async function readBins(
  platform: Platform,
  digest: string | undefined,
  signature: ReleaseManifest['signature'],
): Promise<ReleaseBins> {
  if (digest === undefined) return noBins;
  const path = await platform.blobs.pathOf(digest);
  const { intact, observed } = await platform.blobs.verify(digest);
  if (!intact) throw new ArtifactAltered('reference', digest, observed);
  return runDuckJob<ReferenceData, ReleaseBins>(
    platform.config,
    binsProgram,
    { path, signature },
    binsLimits,
  );
}

async function findChangeKind(
  platform: Platform,
  services: ReleaseDependencies,
  model: string,
  candidate: OriginRecord,
): Promise<ChangeKind> {
  const champion = await services.registry.findAlias(model, 'champion');
  const production =
    champion === undefined ? undefined : await findReleaseOfVersion(platform.db, model, champion);
  return describeChange(platform, services, candidate, production);
}

/** What a release was made from, before its spec is looked up. */
interface OriginRecord {
  readonly weights: { readonly digest: string };
  readonly manifest: Pick<ReleaseManifest, 'data'>;
  readonly specDigest: string;
}

/** What differs between two releases of a model. */
export async function describeChange(
  { db }: Platform,
  { specs }: ReleaseDependencies,
  candidate: OriginRecord,
  production: ReleaseRecord | undefined,
): Promise<ChangeKind> {
  if (production === undefined) return 'first';
  const { index, model } = production;
  const isOlderModel = await hasWeights(db, candidate.weights.digest, { model, beforeIndex: index });
  const origin = async ({ weights, manifest, specDigest }: OriginRecord): Promise<ReleaseOrigin> => ({
    weights: weights.digest,
    data: manifest.data,
    specDigest,
    spec: await specs.get(specDigest).catch(() => undefined),
  });
  return decideChangeKind(await origin(candidate), await origin(production), isOlderModel);
}

async function saveRelease(
  platform: Platform,
  { ledger }: ReleaseDependencies,
  release: NewRelease,
): Promise<ReleaseRecord> {
  try {
    return await platform.db.transaction().execute(async (tx) => {
      const record = await insertRelease(tx, release);
      await ledger.append(tx, {
        type: 'release.created',
        subject: `model/${record.model}`,
        data: {
          releaseDigest: record.digest,
          releaseIndex: record.index,
          model: record.model,
          version: record.version,
          pipelineRunId: record.pipelineRunId,
          runId: record.runId,
          changeKind: record.changeKind,
          trigger: record.trigger,
          parts: record.parts,
          trainingStartedAt: record.manifest.trainingStartedAt,
        },
      });
      return record;
    });
  } catch (error) {
    const other =
      isUniqueViolation(error) && (await findRelease(platform.db, { contentDigest: release.contentDigest }));
    if (other) return other;
    throw error;
  }
}

/** Altered content is worth an entry of its own, whoever met it. */
async function reportingAltered<Result>(
  platform: Platform,
  { ledger }: ReleaseDependencies,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ArtifactAltered) {
      const { digest, observed } = error;
      await platform.db.transaction().execute((tx) =>
        ledger.append(tx, {
          type: 'artifact.rejected',
          subject: `artifact/${digest}`,
          data: { digest, observed, where: 'release' },
        }),
      );
    }
    throw error;
  }
}

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
