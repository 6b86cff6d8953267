import { extname } from 'node:path';
import type { StepSpec } from '@dividend/contracts/spec';
import { inputsOf, resolveReference } from '../specs/index.ts';
import type { StepRow } from './pipeline-tables.ts';

/** What one input of a step is: the output of an earlier one. */
export interface StepInput {
  readonly digest: string;
  readonly bytes: number;
  /** `.parquet`, with the dot: programs tell formats by it. */
  readonly extension: string;
  readonly from: StepRow;
}

/** Inputs by name; the steps they come from have ended well. */
export function resolveInputs(
  step: StepSpec,
  steps: readonly StepSpec[],
  rows: readonly StepRow[],
): Readonly<Record<string, StepInput>> {
  return Object.fromEntries(
    Object.entries(inputsOf(step)).map(([name, reference]) => {
      const { step: source, output = '' } = resolveReference(reference, steps);
      const from = rows.find((row) => row.name === source);
      const content = from?.outputs[output];
      if (!from || !content) throw new TypeError(`Step '${source}' has no output '${output}'`);
      return [name, { ...content, extension: extensionOf(source, output, steps), from }];
    }),
  );
}

/** The extension of an output's content, as its step writes it. */
function extensionOf(stepName: string, output: string, steps: readonly StepSpec[]): string {
  const step = steps.find((candidate) => candidate.name === stepName);
  switch (step?.uses) {
    case 'command':
      return (
        /(\.[A-Za-z0-9]+\.gz)$/.exec(step.outputs[output] ?? '')?.[1] ?? extname(step.outputs[output] ?? '')
      );
    case 'validate': {
      const [reference = ''] = Object.values(step.inputs);
      const passedOn = resolveReference(reference, steps);
      return extensionOf(passedOn.step, passedOn.output ?? '', steps);
    }
    case 'evaluate':
    case 'register':
      return '.json';
    default:
      return '.parquet';
  }
}
