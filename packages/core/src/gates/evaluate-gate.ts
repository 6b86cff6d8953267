import type { EvaluationError } from '@marcbachmann/cel-js';
import type { GateReference } from './find-references.ts';
import type { GateEvidence, GateValue } from './gate-evidence.ts';
import { parseGate } from './parse-gate.ts';

/**
 * The outcome of one gate. `evidence` holds what the expression looked at, by path (`candidate.auc`), null where it was
 * not there. `error` means the gate could not be judged, and nothing may pass on it.
 */
export interface GateVerdict {
  readonly status: 'passed' | 'failed' | 'error';
  readonly evidence: Readonly<Record<string, GateValue>>;
  /** In words, for people. */
  readonly reason: string;
}

/** Judges a release by one gate. Never throws: an expression or evidence that cannot be judged gives `error`. */
export function evaluateGate(expr: string, evidence: GateEvidence): GateVerdict {
  const parsed = parseGate(expr);
  if (!parsed.valid)
    return { status: 'error', evidence: {}, reason: `The gate is not valid: ${parsed.problem}` };
  const seen = Object.fromEntries(
    parsed.references.map((reference) => [reference.join('.'), lookUp(evidence, reference)]),
  );
  const broken = Object.entries(seen).find(([, value]) => holdsNonFinite(value));
  if (broken) {
    return {
      status: 'error',
      evidence: Object.fromEntries(Object.entries(seen).map(([path, value]) => [path, toPrintable(value)])),
      reason: `'${broken[0]}' is not a finite number, so the gate cannot be judged`,
    };
  }
  try {
    return toVerdict(parsed.program({ ...evidence }), seen);
  } catch (error) {
    return { status: 'error', evidence: seen, reason: toReason(error as EvaluationError, seen) };
  }
}

function toVerdict(value: unknown, evidence: GateVerdict['evidence']): GateVerdict {
  if (typeof value !== 'boolean')
    return { status: 'error', evidence, reason: `The gate gave ${String(value)}, not true or false` };
  const observed = Object.entries(evidence)
    .map(([path, found]) => `${path} = ${found === null ? 'not there' : JSON.stringify(found)}`)
    .join(', ');
  return { status: value ? 'passed' : 'failed', evidence, reason: observed };
}

function toReason(error: EvaluationError, evidence: GateVerdict['evidence']): string {
  const absent = Object.keys(evidence).filter((path) => evidence[path] === null);
  return /^No such key/.test(error.summary) && absent.length > 0
    ? `Not known: ${absent.join(', ')}; guard it with has(…) where it may be absent`
    : `The gate could not be judged: ${error.summary ?? error.message}`;
}

function lookUp(evidence: GateEvidence, reference: GateReference): GateValue {
  let value: unknown = evidence;
  for (const key of reference)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key as never] : null;
  return (value ?? null) as GateValue;
}

function holdsNonFinite(value: GateValue): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNonFinite);
}

/** JSON knows no NaN: as text it can still be shown and recorded. */
function toPrintable(value: GateValue): GateValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPrintable);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPrintable(item)]));
}
