import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { type SpecPath, toSpecError } from './spec-problem.ts';

/** Aliases beyond this many (nested ones multiplied out) are an attack or a mistake: a spec is a page of text. */
const maxAliases = 50;
/** A spec nests about six deep. */
const maxDepth = 20;

export interface ParsedYaml {
  readonly value: unknown;
  /** Line, from 1, of the deepest part of `path` that is there. */
  lineOf(path: SpecPath): number;
}

/**
 * Reads one YAML 1.2 document of plain values. Duplicate keys, tags, anchors used in a circle, several documents and
 * deep nesting are refused.
 * @throws {DividendError} SPEC_INVALID with the line
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    uniqueKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    // 'silent' would also take several documents for one
    logLevel: 'error',
    lineCounter: lines,
  });
  const failAt = (offset: number, message: string): never => {
    throw toSpecError([{ path: [], message }], () => lines.linePos(offset).line);
  };
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) failAt(broken.pos[0], `expected plain YAML, but: ${broken.message}`);
  checkNodes(document, failAt);
  return { value: toPlain(document, failAt), lineOf: (path) => lines.linePos(offsetOf(document, path)).line };
}

function checkNodes(document: Document, failAt: (offset: number, message: string) => never): void {
  visit(document, {
    Node: (_key, node, ancestors) => {
      const offset = node.range?.[0] ?? 0;
      if (ancestors.filter(isCollection).length > maxDepth)
        failAt(offset, `expected at most ${maxDepth} levels of nesting`);
      if ('tag' in node && node.tag !== undefined && isScalar(node) === false && !isPlainTag(node.tag))
        failAt(offset, `expected plain YAML without tags, got '${node.tag}'`);
    },
    Pair: (_key, pair) => {
      const offset = (pair.key as Node | null)?.range?.[0] ?? 0;
      if (!isScalar(pair.key) || typeof pair.key.value !== 'string')
        failAt(offset, 'expected a text as key of a mapping');
      else if (pair.key.value === '__proto__') failAt(offset, "the key '__proto__' is not allowed");
    },
  });
}

function isPlainTag(tag: string): boolean {
  return tag === 'tag:yaml.org,2002:map' || tag === 'tag:yaml.org,2002:seq';
}

function toPlain(document: Document, failAt: (offset: number, message: string) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    return failAt(0, `expected plain YAML, but: ${(error as Error).message}`);
  }
}

function offsetOf(document: Document, path: SpecPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
