/** A step as the order sees it: what must have ended before it starts. */
export interface StepNode {
  readonly name: string;
  readonly needs: readonly string[];
}

export type StepOrder =
  | { readonly acyclic: true; readonly order: readonly string[] }
  /** The steps of one circle: each needs the one after it, the last needs the first. */
  | { readonly acyclic: false; readonly cycle: readonly string[] };

/**
 * An order in which every step stands after what it needs. Steps that do not depend on each other keep the order they
 * were declared in, so equal steps give an equal order. Names that no step has are ignored.
 */
export function orderSteps(steps: readonly StepNode[]): StepOrder {
  const waiting = new Map(steps.map((step) => [step.name, step]));
  const order: string[] = [];
  for (;;) {
    const next = [...waiting.values()].find((step) => step.needs.every((need) => !waiting.has(need)));
    if (!next) break;
    waiting.delete(next.name);
    order.push(next.name);
  }
  return waiting.size === 0 ? { acyclic: true, order } : { acyclic: false, cycle: findCycle(waiting) };
}

/** Every step left needs another one left: following the first need from anywhere must come round. */
function findCycle(waiting: ReadonlyMap<string, StepNode>): readonly string[] {
  const path: string[] = [];
  let name = waiting.keys().next().value;
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    name = waiting.get(name)?.needs.find((need) => waiting.has(need));
  }
  return name === undefined ? path : path.slice(path.indexOf(name));
}
