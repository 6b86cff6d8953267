import type { ASTNode } from '@marcbachmann/cel-js';

/** A path into the evidence: `['candidate', 'auc']`. */
export type GateReference = readonly [string, ...string[]];

/** The paths that an expression reads, each once, in order of appearance; `candidate["auc"]` counts as `candidate.auc`. */
export function findReferences(ast: ASTNode, roots: ReadonlySet<string>): readonly GateReference[] {
  const found = new Map<string, GateReference>();
  const visit = (node: ASTNode): void => {
    const reference = toReference(node, roots);
    if (reference) found.set(reference.join('.'), reference);
    else for (const child of childrenOf(node.args)) visit(child);
  };
  visit(ast);
  return [...found.values()];
}

/** True where the expression calls this function, as `f(x)` or `x.f()`. */
export function callsFunction(ast: ASTNode, name: string): boolean {
  if ((ast.op === 'call' || ast.op === 'rcall') && ast.args[0] === name) return true;
  return childrenOf(ast.args).some((child) => callsFunction(child, name));
}

function toReference(node: ASTNode, roots: ReadonlySet<string>): GateReference | undefined {
  if (node.op === 'id') return roots.has(node.args) ? [node.args] : undefined;
  if (node.op === '.') return extend(toReference(node.args[0], roots), node.args[1]);
  if (node.op === '[]' && node.args[1].op === 'value' && typeof node.args[1].args === 'string')
    return extend(toReference(node.args[0], roots), node.args[1].args);
  return undefined;
}

function extend(reference: GateReference | undefined, key: string): GateReference | undefined {
  return reference && [...reference, key];
}

function childrenOf(args: unknown): readonly ASTNode[] {
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flatMap(childrenOf) : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
