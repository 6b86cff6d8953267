import { isPromptSource, type VersionRecord } from '@dividend/contracts/imports';
import { FieldFault } from './check-field.ts';

/**
 * Which run or logged model a version's files are below, from its source and the location that the source stands for; and the
 * source where it goes on meaning the same here.
 * @throws {FieldFault} where the files are elsewhere
 */
export function findFiles(
  source: string,
  storageLocation: string | null,
): { text: string | null; files: VersionRecord['files'] } {
  if (isPromptSource(source)) return { text: source, files: null };
  const text = /^(runs|models):\//.test(source) ? source : null;
  const files = toFiles(source) ?? toFiles(storageLocation ?? '');
  if (files !== undefined) return { text, files };
  throw new FieldFault(
    'source',
    `'${source.slice(0, 300)}' is not below the artifacts of a run or logged model`,
  );
}

function toFiles(location: string): NonNullable<VersionRecord['files']> | undefined {
  const model = /^models:\/(?<id>m-[0-9a-f]{32})$/.exec(location)?.groups;
  if (model?.id !== undefined) return { of: 'loggedModel', id: model.id, path: '' };
  const run = /^runs:\/(?<id>[\w-]+)(?:\/(?<path>.*))?$/.exec(location)?.groups;
  if (run?.id !== undefined) return { of: 'run', id: run.id, path: trim(run.path) };
  const below = /\/(?<models>models\/)?(?<id>[\w-]+)\/artifacts(?:\/(?<path>.*))?$/.exec(location)?.groups;
  if (below?.id === undefined) return undefined;
  return { of: below.models === undefined ? 'run' : 'loggedModel', id: below.id, path: trim(below.path) };
}

function trim(path = ''): string {
  return path.replace(/\/+$/, '');
}
