import { globSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from './open-api.ts';
import { readSource, readSources } from './sources.ts';

const root = join(import.meta.dirname, '../..');

/** What pages written by hand say of routes, settings and codes that the code does not have: one line each. */
export function findFalseMentions(): string[] {
  const { paths } = openApi as { paths: Record<string, Record<string, unknown>> };
  const code = [
    ...readSources('packages/*/{src,bin}/**/*.{ts,tsx,mjs}'),
    ...readSources('examples/**/*.{ts,py}'),
  ]
    .map(({ text }) => text)
    .join('\n');
  const words = new Set([...code.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_?/g)].map(([word]) => word));
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${withoutNames(path)}`),
  );
  return globSync(['README.md', 'docs/*.md', 'docs/adr/*.md', 'examples/*/README.md'], { cwd: root }).flatMap(
    (page) => {
      const text = readSource(page);
      return [
        ...mentionedRoutes(text).filter((route) => !routes.includes(withoutNames(route))),
        ...mentionedNames(text).filter((name) => !words.has(name)),
      ].map((mention) => `${page} speaks of '${mention}', which the code does not have`);
    },
  );
}

/** `GET /api/v1/models/:model`, and each of `GET`, `POST /api/v1/incidents`. */
function mentionedRoutes(text: string): string[] {
  const mentions = text.matchAll(
    /((?:`?(?:GET|PUT|POST|DELETE|PATCH|HEAD)`?,? )+)`?(\/(?:api|internal)\/v1\/[\w:/{}-]+)/g,
  );
  return [...mentions].flatMap(([, methods = '', path = '']) =>
    [...methods.matchAll(/[A-Z]+/g)]
      .filter(([method]) => method !== 'HEAD')
      .map(([method]) => `${method} ${path.replace(/\/$/, '')}`),
  );
}

/** Names in capitals with underscores, in backticks: codes and variables. `NAME_…` and placeholders are no names. */
function mentionedNames(text: string): string[] {
  const own = /`((?:DIVIDEND_)?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g;
  return [...text.matchAll(own)].map(([, name]) => name as string).filter((name) => !isOfOthers(name));
}

/** Variables of programs that are not ours. */
function isOfOthers(name: string): boolean {
  return /^(MLFLOW|OTEL|GIT|PYTHON|NO|X)_/.test(name);
}

/** Parameters by any name; a digest in its place is one too. */
function withoutNames(route: string): string {
  return route.replace(/\/(?::\w+|\{\w+\}|sha256:)(?=\/|$)/g, '/{}');
}
