import { canonicalJson } from '../ledger/index.ts';

/**
 * Everything the outputs of a step depend on, part by part, so that a miss can say which part changed. A name of the run,
 * of the step, its time limit and its retries are not in it: they do not change what comes out.
 */
export interface CacheComponents {
  /** What the step does, as its spec says it. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** Files of the spec that it can read: path → digest. */
  readonly files: Readonly<Record<string, string>>;
  /** Input name → digest of its content. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Params that it can read, by name. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Data from outside the pipeline: location → digest of its content. */
  readonly sources: Readonly<Record<string, string>>;
  /** What runs it: interpreter, installed packages, the platform's own step code; name → version. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The text whose hash is the key: equal components give equal text, and nothing else does. */
export function toCacheKeyText(components: CacheComponents): string {
  return canonicalJson(components);
}
