import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What runs: without tests and what only they use. */
export function readSources(pattern: string): SourceFile[] {
  return globSync(pattern, { cwd: root })
    .filter((path) => !/\.test\.tsx?$|\/fixtures\/|\/testing\/|packages\/testkit/.test(path))
    .sort()
    .map((path) => ({ path, text: readSource(path) }));
}
