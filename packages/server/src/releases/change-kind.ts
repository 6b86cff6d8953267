import type { ChangeKind } from '@dividend/contracts/ledger';
import type { ModelSpec } from '@dividend/contracts/spec';
import { canonicalJson } from '@dividend/core/ledger';

/** What a release was made from, as far as it is known. */
export interface ReleaseOrigin {
  readonly weights: string;
  readonly data: Readonly<Record<string, string>>;
  readonly specDigest: string;
  /** Undefined where the spec is no longer known. */
  readonly spec:
    | { readonly spec: ModelSpec; readonly files: readonly { path: string; digest: string }[] }
    | undefined;
}

/**
 * What differs between a release and the one in production, the widest that applies: code, then data, then configuration.
 * Data that either side does not name counts as changed: new weights from the same spec come from new data more often
 * than from anything else.
 *
 * @param isOlderModel the weights are those of a release before the one in production
 */
export function decideChangeKind(
  candidate: ReleaseOrigin,
  production: ReleaseOrigin | undefined,
  isOlderModel: boolean,
): ChangeKind {
  if (production === undefined) return 'first';
  if (candidate.weights === production.weights) return 'configuration';
  if (isOlderModel) return 'rollback';
  if (hasOtherCode(candidate, production)) return 'code';
  return hasSameData(candidate.data, production.data) ? 'configuration' : 'data';
}

function hasOtherCode(candidate: ReleaseOrigin, production: ReleaseOrigin): boolean {
  if (candidate.specDigest === production.specDigest) return false;
  if (candidate.spec === undefined || production.spec === undefined) return true;
  return codeOf(candidate.spec) !== codeOf(production.spec);
}

/** The steps and the files they run; params, gates, rollout and monitoring are configuration. */
function codeOf(applied: NonNullable<ReleaseOrigin['spec']>): string {
  const files = [...applied.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return canonicalJson({
    steps: applied.spec.pipeline.steps,
    files: files.map(({ path, digest }) => [path, digest]),
  });
}

function hasSameData(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return Object.keys(one).length > 0 && canonicalJson(one) === canonicalJson(other);
}
