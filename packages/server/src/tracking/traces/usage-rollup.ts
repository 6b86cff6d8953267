import type { SpanUsage } from './otlp/span-meaning.ts';

export interface UsageNode {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly usage: SpanUsage | null;
}

/** Totals of a trace for its metadata; what no span reports is absent. */
export interface TraceUsage {
  readonly tokens?: Record<string, number>;
  readonly cost?: Record<string, number>;
}

/**
 * Tokens and cost of a whole trace. A span counts only where none above it reports the same: some libraries write the sum of
 * their children on the parent. Tokens and cost are judged apart, because they may stand on different spans.
 */
export function rollUpUsage(nodes: readonly UsageNode[]): TraceUsage {
  const byId = new Map(nodes.map((node) => [node.spanId, node]));
  const tokens = total(nodes, byId, 'tokens');
  const cost = total(nodes, byId, 'cost');
  return { ...(tokens ? { tokens } : {}), ...(cost ? { cost } : {}) };
}

function total(
  nodes: readonly UsageNode[],
  byId: ReadonlyMap<string, UsageNode>,
  part: 'tokens' | 'cost',
): Record<string, number> | undefined {
  const covered = new Map<string, boolean>();
  const sums = new Map<string, number>();
  for (const node of nodes) {
    const numbers = node.usage?.[part];
    if (numbers === undefined || isCovered(node, byId, part, covered)) continue;
    for (const [key, value] of Object.entries(numbers)) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums.size === 0 ? undefined : Object.fromEntries(sums);
}

/** Whether a span above reports the part; remembered for all spans on the way. A circle of parents ends the search. */
function isCovered(
  node: UsageNode,
  byId: ReadonlyMap<string, UsageNode>,
  part: 'tokens' | 'cost',
  covered: Map<string, boolean>,
): boolean {
  const way: string[] = [];
  const seen = new Set<string>();
  let current: UsageNode | undefined = node;
  let answer = false;
  while (current !== undefined && !seen.has(current.spanId)) {
    const known = covered.get(current.spanId);
    if (known !== undefined) {
      answer = known;
      break;
    }
    seen.add(current.spanId);
    way.push(current.spanId);
    const above: UsageNode | undefined =
      current.parentSpanId === null ? undefined : byId.get(current.parentSpanId);
    if (above?.usage?.[part] !== undefined) {
      // This span lies below a reporting one, and all before it lie below this one.
      answer = true;
      break;
    }
    current = above;
  }
  for (const spanId of way) covered.set(spanId, answer);
  return answer;
}
