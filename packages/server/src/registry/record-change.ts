import type { SaltedCommitment } from '@dividend/core/ledger';
import type { Ledger } from '../ledger/index.ts';
import type { Tx } from '../platform/postgres/index.ts';

/** A registered model, or one version of it. */
export interface ChangedThing {
  readonly model: string;
  readonly version?: string;
}

/** What is said of a model or version as it is registered. */
export interface Beginning {
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** Of each, in their order, what its entry says of description and tags. */
export async function commitBeginnings(
  tx: Tx,
  ledger: Pick<Ledger, 'commitTexts'>,
  beginnings: readonly Beginning[],
): Promise<{ description: SaltedCommitment | null; tags: Record<string, SaltedCommitment> }[]> {
  const texts = beginnings.flatMap(({ description, tags }) => [
    ...(description === null ? [] : [toText('description', description)]),
    ...Object.entries(tags).map(([key, value]) => toText(`tags.${key}`, value)),
  ]);
  const commitments = (await ledger.commitTexts(tx, texts)).values();
  const next = () => commitments.next().value as SaltedCommitment;
  return beginnings.map(({ description, tags }) => ({
    description: description === null ? null : next(),
    tags: Object.fromEntries(Object.keys(tags).map((key) => [key.toWellFormed(), next()])),
  }));
}

/** What people write freely may hold personal data: the entry commits to it, and the text can be erased. */
export async function recordDescription(
  tx: Tx,
  ledger: Ledger,
  { model, version }: ChangedThing,
  { before, after }: { before: string | null; after: string | null },
): Promise<void> {
  if (before === after) return;
  const description = after === null ? null : await commit(tx, ledger, 'description', after);
  if (version === undefined)
    await ledger.append(tx, {
      type: 'model.described',
      subject: `model/${model}`,
      data: { model, description },
    });
  else
    await ledger.append(tx, {
      type: 'version.described',
      subject: `model/${model}/${version}`,
      data: { model, version, description },
    });
}

/** Nothing is written where the tag had that value already. */
export async function recordTag(
  tx: Tx,
  ledger: Ledger,
  { model, version }: ChangedThing,
  tag: { key: string; before: string | undefined; after: string },
): Promise<void> {
  if (tag.before === tag.after) return;
  const key = tag.key.toWellFormed();
  const value = await commit(tx, ledger, `tags.${key}`, tag.after);
  if (version === undefined)
    await ledger.append(tx, {
      type: 'model.tagged',
      subject: `model/${model}`,
      data: { model, key, value },
    });
  else
    await ledger.append(tx, {
      type: 'version.tagged',
      subject: `model/${model}/${version}`,
      data: { model, version, key, value },
    });
}

/** Nothing is written where there was no such tag. */
export async function recordTagRemoval(
  tx: Tx,
  ledger: Ledger,
  { model, version }: ChangedThing,
  tag: { key: string; before: string | undefined },
): Promise<void> {
  if (tag.before === undefined) return;
  const key = tag.key.toWellFormed();
  if (version === undefined)
    await ledger.append(tx, { type: 'model.untagged', subject: `model/${model}`, data: { model, key } });
  else
    await ledger.append(tx, {
      type: 'version.untagged',
      subject: `model/${model}/${version}`,
      data: { model, version, key },
    });
}

async function commit(tx: Tx, ledger: Ledger, field: string, text: string): Promise<SaltedCommitment> {
  const [commitment] = await ledger.commitTexts(tx, [toText(field, text)]);
  return commitment as SaltedCommitment;
}

/** PostgreSQL keeps half a surrogate pair as U+FFFD: committed to is what is kept. */
function toText(field: string, value: string) {
  return { field: field.toWellFormed(), value: value.toWellFormed() };
}
