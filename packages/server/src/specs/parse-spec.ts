import { ModelSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';
import { Compile } from 'typebox/compile';
import { checkShape } from './check-shape.ts';
import { checkSpec } from './check-spec.ts';
import { parseYaml } from './parse-yaml.ts';
import { type SpecPath, type SpecProblem, toSpecError } from './spec-problem.ts';

export interface ParsedSpec {
  readonly spec: ModelSpec;
  /** The error that tells these problems with their lines. */
  toError(problems: readonly SpecProblem[]): DividendError;
}

const contract = Compile(ModelSpec);

/**
 * Reads and checks the text of a `dividend.yaml`.
 *
 * @param filePaths files that came with it
 * @throws {DividendError} SPEC_INVALID telling each problem with its line, path, what was expected and what came
 */
export function parseSpec(text: string, filePaths: ReadonlySet<string>): ParsedSpec {
  const { value, lineOf } = parseYaml(text);
  const toError = (problems: readonly SpecProblem[]) =>
    toSpecError(problems, (path: SpecPath) => lineOf(path));
  const shape = checkShape(ModelSpec, value);
  if (shape.length > 0) throw toError(shape);
  if (!contract.Check(value))
    throw new DividendError('SPEC_INVALID', 'internal', 'The spec passed its checks but not its contract');
  const problems = checkSpec(value, filePaths);
  if (problems.length > 0) throw toError(problems);
  return { spec: value, toError };
}
