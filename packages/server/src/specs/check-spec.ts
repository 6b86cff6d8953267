import type { ModelSpec } from '@dividend/contracts/spec';
import { parseGate } from '@dividend/core/gates';
import { checkRolloutSteps } from '@dividend/core/rollouts';
import { checkParamUse } from './check-param-use.ts';
import { checkSteps } from './check-steps.ts';
import type { SpecPath, SpecProblem } from './spec-problem.ts';

/** What is wrong with a spec of the right shape: all that one part says of another. */
export function checkSpec(spec: ModelSpec, filePaths: ReadonlySet<string>): readonly SpecProblem[] {
  return [
    ...checkNames(spec),
    ...checkSteps(spec, filePaths),
    ...checkParamUse(spec),
    ...checkAliases(spec),
    ...checkGates(spec),
    ...checkRollout(spec),
  ];
}

function checkNames(spec: ModelSpec): SpecProblem[] {
  const lists: [SpecPath, readonly { readonly name: string }[]][] = [
    [['pipeline', 'steps'], spec.pipeline.steps],
    [['gates'], spec.gates],
    [['rollout', 'metrics'], spec.rollout.metrics],
    [['triggers'], spec.triggers ?? []],
    ...spec.pipeline.steps.flatMap((step, index): [SpecPath, readonly { name: string }[]][] =>
      step.uses === 'validate' ? [[['pipeline', 'steps', index, 'checks'], step.checks]] : [],
    ),
  ];
  return lists.flatMap(([path, items]) =>
    items.flatMap(({ name }, index) => {
      const first = items.findIndex((item) => item.name === name);
      const message = `expected a name of its own, got '${name}', which ${path.at(-1)}[${first}] has`;
      return first === index ? [] : [{ path: [...path, index, 'name'], message }];
    }),
  );
}

/** Aliases that differ only in case are refused to everybody, so a spec does not ask for them. */
function checkAliases({ protectedAliases = [] }: ModelSpec): SpecProblem[] {
  return protectedAliases.flatMap((alias, index) => {
    const before = ['champion', 'challenger', ...protectedAliases.slice(0, index)];
    const twin = before.find((each) => each !== alias && each.toLowerCase() === alias.toLowerCase());
    const message = `expected a name that differs from '${twin}' in more than case, got '${alias}'`;
    return twin === undefined ? [] : [{ path: ['protectedAliases', index], message }];
  });
}

function checkGates(spec: ModelSpec): SpecProblem[] {
  return spec.gates.flatMap((gate, index) => {
    const parsed = parseGate(gate.expr);
    if (parsed.valid) return [];
    const message = `expected a CEL expression that gives true or false: at character ${parsed.position + 1}, ${parsed.problem}`;
    return [{ path: ['gates', index, 'expr'], message }];
  });
}

const measuresOf = { requests: ['errorRatio', 'latencyMs'], labels: ['brier', 'logLoss'] };

function checkRollout(spec: ModelSpec): SpecProblem[] {
  const { steps, metrics } = spec.rollout;
  const ofSteps = checkRolloutSteps(steps.map(({ weight }) => ({ weightPercent: weight }))).map(
    (problem) => ({
      path: ['rollout', 'steps', problem.stepIndex, 'weight'],
      message: problem.message,
    }),
  );
  const ofMetrics = metrics.flatMap(({ source, measure }, index) => {
    const measures = measuresOf[source];
    const message = `expected ${measures.join(' or ')} from ${source}, got '${measure}'`;
    return measures.includes(measure) ? [] : [{ path: ['rollout', 'metrics', index, 'measure'], message }];
  });
  return [...ofSteps, ...ofMetrics];
}
