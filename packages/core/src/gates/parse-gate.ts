import type { ParseError, ParseResult, TypeError as TypeMismatch } from '@marcbachmann/cel-js';
import { callsFunction, findReferences, type GateReference } from './find-references.ts';
import { gateEnvironment } from './gate-environment.ts';
import { gateVariables } from './gate-evidence.ts';

/** A gate that can be judged, or why it cannot: `position` counts characters of the expression from 0. */
export type GateParse =
  | { readonly valid: true; readonly references: readonly GateReference[]; readonly program: ParseResult }
  | { readonly valid: false; readonly problem: string; readonly position: number };

const roots: ReadonlySet<string> = new Set(Object.keys(gateVariables));

/**
 * Reads a gate and checks its types: it must be CEL, know its variables, and answer true or false.
 * Source: Common Expression Language specification, cel.dev.
 */
export function parseGate(expr: string): GateParse {
  const check = gateEnvironment.check(expr);
  if (!check.valid) return toProblem(check.error);
  if (check.type !== 'bool' && check.type !== 'dyn')
    return { valid: false, problem: `it gives a ${check.type}, a gate must give true or false`, position: 0 };
  const program = gateEnvironment.parse(expr);
  if (callsFunction(program.ast, 'matches')) {
    // JavaScript's regular expressions can take exponential time; CEL asks for RE2.
    return {
      valid: false,
      problem: "'matches' is not available in gates; use ==, contains or startsWith",
      position: 0,
    };
  }
  return { valid: true, references: findReferences(program.ast, roots), program };
}

function toProblem(error: ParseError | TypeMismatch | undefined): GateParse {
  const problem = error?.summary ?? 'it does not parse';
  const unknown = /^Unknown variable: (\w+)$/.exec(problem)?.[1];
  const hint = unknown === undefined ? '' : `; a gate knows ${Object.keys(gateVariables).join(', ')}`;
  return { valid: false, problem: `${problem}${hint}`, position: error?.range?.start ?? 0 };
}
