import type { AliasSpan } from '@dividend/contracts/api';
import type { Ledger, LedgerFact } from '../ledger/index.ts';

const types = [
  'model.registered',
  'model.deleted',
  'model.renamed',
  'version.deleted',
  'alias.set',
  'alias.deleted',
] as const;

export type AliasFact = Extract<LedgerFact, { type: (typeof types)[number] }>;

/**
 * When an alias of a model pointed at what, oldest first, read from the ledger. A renamed model keeps its history; the
 * history of a name also shows models of that name that are gone.
 */
export async function readAliasHistory(
  ledger: Pick<Ledger, 'facts'>,
  model: string,
  alias: string,
): Promise<AliasSpan[]> {
  const renames = await ledger.facts(['model.renamed']);
  return toSpans(await readLineage(ledger, renames, model, Number.POSITIVE_INFINITY), alias);
}

async function readLineage(
  ledger: Pick<Ledger, 'facts'>,
  renames: readonly Extract<AliasFact, { type: 'model.renamed' }>[],
  model: string,
  before: number,
): Promise<AliasFact[]> {
  const named = await ledger.facts(types, { model });
  const away = renames.filter(({ data }) => data.previous === model);
  const own = [...named, ...away]
    .filter(({ position }) => position < before)
    .sort((one, other) => one.position - other.position);
  const start = own.findLast(
    ({ type, data }) => type === 'model.registered' || (type === 'model.renamed' && data.model === model),
  );
  if (start?.type !== 'model.renamed') return own;
  const former = await readLineage(ledger, renames, start.data.previous, start.position);
  return [...former, ...own.filter(({ position }) => position > start.position)];
}

/** Facts about one model, oldest first; a fact of a rename means that the name passed to another model. */
export function toSpans(facts: readonly AliasFact[], alias: string): AliasSpan[] {
  const spans: AliasSpan[] = [];
  for (const fact of facts) {
    const open = spans.at(-1)?.to === null ? spans.at(-1) : undefined;
    const sets = fact.type === 'alias.set' && fact.data.alias === alias ? fact.data.version : undefined;
    if (
      open !== undefined &&
      sets !== open.version &&
      (sets !== undefined || ends(fact, alias, open.version))
    ) {
      spans[spans.length - 1] = { ...open, to: fact.time.toISOString(), endedBy: fact.type };
    }
    if (sets === undefined || sets === open?.version) continue;
    spans.push({
      version: sets,
      from: fact.time.toISOString(),
      to: null,
      setBy: fact.actor,
      entryId: fact.id,
      endedBy: null,
    });
  }
  return spans;
}

/** Deleting a version or model takes its aliases along without an entry for each. */
function ends(fact: AliasFact, alias: string, version: string): boolean {
  switch (fact.type) {
    case 'alias.deleted':
      return fact.data.alias === alias;
    case 'version.deleted':
      return fact.data.version === version;
    case 'model.deleted':
    case 'model.renamed':
      return true;
    default:
      return false;
  }
}

/** Of spans that touch, the later one; a moment at which clocks went back belongs to what came last. */
export function findSpanAt(spans: readonly AliasSpan[], at: Date): AliasSpan | undefined {
  const span = spans.findLast(({ from }) => new Date(from) <= at);
  return span !== undefined && (span.to === null || at < new Date(span.to)) ? span : undefined;
}
