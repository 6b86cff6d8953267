import { toKeyValues, toWireList, toWireOptional } from '../tracking/index.ts';
import type { ModelWithLatest } from './model-service.ts';
import type { ModelVersion } from './version-store.ts';

export function toWireModel(model: ModelWithLatest): object {
  return {
    name: model.name,
    creation_timestamp: model.createdMs,
    last_updated_timestamp: model.updatedMs,
    description: model.description ?? '',
    latest_versions: toWireList(model.latestVersions.map((version) => toWireVersion(version))),
    tags: toWireList(toKeyValues(model.tags)),
    aliases: toWireList(Object.entries(model.aliases).map(([alias, version]) => ({ alias, version }))),
  };
}

/** A version is ready as soon as it is registered: its files lie in this store already. */
export function toWireVersion(version: ModelVersion): object {
  return {
    name: version.model,
    version: version.version,
    creation_timestamp: version.createdMs,
    last_updated_timestamp: version.updatedMs,
    user_id: toWireOptional(version.userId),
    current_stage: version.stage,
    description: version.description ?? '',
    source: version.source,
    run_id: toWireOptional(version.runId),
    status: 'READY',
    tags: toWireList(toKeyValues(version.tags)),
    run_link: toWireOptional(version.runLink),
    aliases: toWireList(version.aliases),
    model_id: toWireOptional(version.modelId),
  };
}
