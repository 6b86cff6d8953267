import type { ArtifactOwner, MlflowSource, RawTrace, SourceEntry } from './source.ts';

/** How a value of a span names a file that is attached to its trace. */
const reference = 'mlflow-attachment://';
const folder = 'attachments/';

/** True where a span, as JSON text, names an attached file. */
export function namesAttachment(text: string): boolean {
  return text.includes(reference);
}

/** Whose attached files; its spans may lie in a file beside them. */
export function toTraceOwner({ id, artifactUri }: RawTrace): ArtifactOwner {
  return { of: 'trace', id: String(id), uri: String(artifactUri ?? '') };
}

/** The files that are attached to a trace. */
export async function* listAttachments(
  source: Pick<MlflowSource, 'files'>,
  owner: ArtifactOwner,
): AsyncGenerator<SourceEntry> {
  for await (const entry of source.files(owner)) {
    const isWhole = 'refused' in entry && (entry.path === '' || `${entry.path}/` === folder);
    if (isWhole || entry.path.startsWith(folder)) yield entry;
  }
}
