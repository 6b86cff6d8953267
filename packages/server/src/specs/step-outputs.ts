import type { StepSpec } from '@dividend/contracts/spec';

/** Names of what a step gives to later ones. */
export function outputsOf(step: StepSpec): readonly string[] {
  switch (step.uses) {
    case 'ingest':
    case 'validate':
    case 'sql':
      return ['data'];
    case 'command':
      return Object.keys(step.outputs);
    case 'evaluate':
      return ['metrics'];
    case 'register':
      return ['version'];
    case 'release':
      return [];
  }
}

/** Inputs of a step as declared: name → reference. */
export function inputsOf(step: StepSpec): Readonly<Record<string, string>> {
  return 'inputs' in step ? (step.inputs ?? {}) : {};
}

/** What an input refers to. `output` is undefined where the reference names none and the step has not exactly one. */
export interface StepReference {
  readonly step: string;
  readonly output: string | undefined;
}

/** Reads `step.output` or, where the step has one output, `step`. */
export function resolveReference(reference: string, steps: readonly StepSpec[]): StepReference {
  const [name = '', output] = reference.split('.');
  const target = steps.find((step) => step.name === name);
  const outputs = target ? outputsOf(target) : [];
  return { step: name, output: output ?? (outputs.length === 1 ? outputs[0] : undefined) };
}

/** Steps that must end before this one: those of its inputs and its `needs`, each once, in order of mention. */
export function needsOf(step: StepSpec): readonly string[] {
  const ofInputs = Object.values(inputsOf(step)).map((reference) => reference.split('.')[0] ?? '');
  return [...new Set([...ofInputs, ...(step.needs ?? [])])];
}
