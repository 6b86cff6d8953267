export { evaluateGate, type GateVerdict } from './evaluate-gate.ts';
export type { GateReference } from './find-references.ts';
export type { GateEvidence, GateValue } from './gate-evidence.ts';
export { type GateParse, parseGate } from './parse-gate.ts';
