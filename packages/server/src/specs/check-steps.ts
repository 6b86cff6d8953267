import type { ModelSpec, StepSpec } from '@dividend/contracts/spec';
import { orderSteps } from '@dividend/core/pipelines';
import { type SpecPath, type SpecProblem, suggest } from './spec-problem.ts';
import { inputsOf, needsOf, outputsOf, resolveReference } from './step-outputs.ts';

/** Inputs that a step of a kind cannot do without; `anyOne` takes exactly one of any name. */
const neededInputs: Partial<Record<StepSpec['uses'], readonly string[] | 'anyOne'>> = {
  validate: 'anyOne',
  release: 'anyOne',
  evaluate: ['predictions'],
  // What a release is made of: without the reference nothing could be monitored from the first request on.
  register: ['weights', 'signature', 'golden', 'reference'],
};

/** What is wrong with the steps beyond their shape: references, circles, files and inputs that a kind needs. */
export function checkSteps(spec: ModelSpec, filePaths: ReadonlySet<string>): readonly SpecProblem[] {
  const { steps } = spec.pipeline;
  const problems = steps.flatMap((step, index) => {
    const path = ['pipeline', 'steps', index];
    return [
      ...checkReferences(step, steps, path),
      ...checkNeededInputs(step, steps, path),
      ...checkInputNames(step, path),
      ...checkFile(step, filePaths, path),
      ...checkDataChecks(step, path),
    ];
  });
  return problems.length > 0 ? problems : checkCircle(steps);
}

function checkReferences(step: StepSpec, steps: readonly StepSpec[], path: SpecPath): SpecProblem[] {
  const others = steps.filter((other) => other !== step).map((other) => other.name);
  const ofInputs = Object.entries(inputsOf(step)).flatMap(([name, reference]) => {
    const at = [...path, 'inputs', name];
    const target = resolveReference(reference, steps);
    const source = steps.find((other) => other.name === target.step);
    if (!source || source === step) return [unknownStep(target.step, others, at)];
    const outputs = outputsOf(source);
    if (target.output === undefined || !outputs.includes(target.output))
      return [unknownOutput(reference, source, target.output, at)];
    return [];
  });
  const ofNeeds = (step.needs ?? []).flatMap((need, index) =>
    others.includes(need) ? [] : [unknownStep(need, others, [...path, 'needs', index])],
  );
  return [...ofInputs, ...ofNeeds];
}

function unknownStep(name: string, others: readonly string[], path: SpecPath): SpecProblem {
  return { path, message: `expected another step of the pipeline, got '${name}'${suggest(name, others)}` };
}

function unknownOutput(
  reference: string,
  source: StepSpec,
  output: string | undefined,
  path: SpecPath,
): SpecProblem {
  const outputs = outputsOf(source);
  const known = outputs.length === 0 ? 'it has none' : `it has ${outputs.join(', ')}`;
  const hint = output === undefined ? '' : suggest(output, outputs);
  return {
    path,
    message: `expected an output of step '${source.name}' (${known}), got '${reference}'${hint}`,
  };
}

function checkNeededInputs(step: StepSpec, steps: readonly StepSpec[], path: SpecPath): SpecProblem[] {
  const needed = neededInputs[step.uses];
  const names = Object.keys(inputsOf(step));
  if (needed === undefined) return [];
  const at = [...path, 'inputs'];
  if (needed === 'anyOne') {
    if (names.length !== 1) return [{ path: at, message: `expected exactly one input, got ${names.length}` }];
    return step.uses === 'release' ? checkReleaseInput(step, steps, at) : [];
  }
  return needed
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: at,
      message: `the input '${name}' is missing; '${step.uses}' needs ${needed.join(', ')}`,
    }));
}

function checkReleaseInput(step: StepSpec, steps: readonly StepSpec[], path: SpecPath): SpecProblem[] {
  const [[name, reference] = ['', '']] = Object.entries(inputsOf(step));
  const source = steps.find((other) => other.name === resolveReference(reference, steps).step);
  if (!source || source.uses === 'register') return [];
  return [
    { path: [...path, name], message: `expected the version of a 'register' step, got '${reference}'` },
  ];
}

/** Inputs reach a command as DIVIDEND_INPUT_<NAME>: two names that differ by case would be one variable. */
function checkInputNames(step: StepSpec, path: SpecPath): SpecProblem[] {
  const seen = new Map<string, string>();
  return Object.keys(inputsOf(step)).flatMap((name) => {
    const other = seen.get(name.toUpperCase());
    seen.set(name.toUpperCase(), name);
    return other === undefined
      ? []
      : [
          {
            path: [...path, 'inputs', name],
            message: `expected a name that differs from '${other}' by more than case`,
          },
        ];
  });
}

function checkFile(step: StepSpec, filePaths: ReadonlySet<string>, path: SpecPath): SpecProblem[] {
  if (step.uses !== 'sql' || filePaths.has(step.file)) return [];
  const message = `expected a file beside the spec, got '${step.file}', which is not among the ${filePaths.size} files that came with it${suggest(step.file, filePaths)}`;
  return [{ path: [...path, 'file'], message }];
}

function checkDataChecks(step: StepSpec, path: SpecPath): SpecProblem[] {
  if (step.uses !== 'validate') return [];
  return step.checks.flatMap((check, index) =>
    check.check === 'inRange' && check.min > check.max
      ? [
          {
            path: [...path, 'checks', index, 'max'],
            message: `expected at least min (${check.min}), got ${check.max}`,
          },
        ]
      : [],
  );
}

function checkCircle(steps: readonly StepSpec[]): SpecProblem[] {
  const order = orderSteps(steps.map((step) => ({ name: step.name, needs: needsOf(step) })));
  if (order.acyclic) return [];
  const index = steps.findIndex((step) => step.name === order.cycle[0]);
  const round = [...order.cycle, order.cycle[0]].map((name) => `'${name}'`).join(' needs ');
  return [{ path: ['pipeline', 'steps', index], message: `expected steps without a circle, but ${round}` }];
}
