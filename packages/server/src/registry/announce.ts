import { sql } from 'kysely';
import type { Tx } from '../platform/postgres/index.ts';
import { enqueueEvent } from '../webhooks/index.ts';
import { promptTag } from './registry-checks.ts';

type Tags = Readonly<Record<string, string>>;
const promptText = 'mlflow.prompt.text';
const hidden: readonly string[] = [promptTag, promptText, '_mlflow_prompt_type'];

const withoutHidden = (tags: Tags) =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !hidden.includes(key)));

export async function announceModel(
  tx: Tx,
  model: { name: string; tags: Tags; description: string | null; isPrompt: boolean },
  now: Date,
): Promise<void> {
  const { name, tags, description, isPrompt } = model;
  if (isPrompt)
    await enqueueEvent(tx, 'prompt.created', { name, tags: withoutHidden(tags), description }, now);
  else await enqueueEvent(tx, 'registered_model.created', { name, tags, description }, now);
}

export async function announceVersion(
  tx: Tx,
  made: {
    name: string;
    version: string;
    source: string;
    runId: string | null;
    tags: Tags;
    description: string | null;
  },
  now: Date,
): Promise<void> {
  const { name, version, source, runId, tags, description } = made;
  if (await isPrompt(tx, name)) {
    const payload = {
      name,
      version,
      template: tags[promptText] ?? '',
      tags: withoutHidden(tags),
      description,
    };
    await enqueueEvent(tx, 'prompt_version.created', payload, now);
  } else
    await enqueueEvent(
      tx,
      'model_version.created',
      { name, version, source, run_id: runId, tags, description },
      now,
    );
}

/** A tag of a prompt; of models MLflow tells only the tags of versions. */
export async function announceModelTag(
  tx: Tx,
  name: string,
  key: string,
  value: string | undefined,
  now: Date,
) {
  if (!(await isPrompt(tx, name))) return;
  if (value === undefined) await enqueueEvent(tx, 'prompt_tag.deleted', { name, key }, now);
  else await enqueueEvent(tx, 'prompt_tag.set', { name, key, value }, now);
}

export async function announceVersionTag(
  tx: Tx,
  { name, version }: { name: string; version: string },
  key: string,
  value: string | undefined,
  now: Date,
) {
  const entity = (await isPrompt(tx, name)) ? 'prompt_version_tag' : 'model_version_tag';
  if (value === undefined) await enqueueEvent(tx, `${entity}.deleted`, { name, version, key }, now);
  else await enqueueEvent(tx, `${entity}.set`, { name, version, key, value }, now);
}

/** Without a version: the alias is gone. */
export async function announceAlias(
  tx: Tx,
  name: string,
  alias: string,
  version: string | undefined,
  now: Date,
) {
  const entity = (await isPrompt(tx, name)) ? 'prompt_alias' : 'model_version_alias';
  if (version === undefined) await enqueueEvent(tx, `${entity}.deleted`, { name, alias }, now);
  else await enqueueEvent(tx, `${entity}.created`, { name, alias, version }, now);
}

async function isPrompt(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await sql<{ is_prompt: boolean }>`
    SELECT is_prompt FROM registered_model WHERE name = ${name}`.execute(tx);
  return rows[0]?.is_prompt ?? false;
}
