import type { ModelSpec, StepSpec } from '@dividend/contracts/spec';
import { type SpecPath, type SpecProblem, suggest } from './spec-problem.ts';

/** Params that a piece of SQL reads by `getvariable('name')`; `all` where a name is computed and so not known. */
export function paramsReadBySql(sql: string): { readonly names: readonly string[]; readonly all: boolean } {
  const calls = [...sql.matchAll(/\bgetvariable\s*\(\s*('(?:[^']|'')*'\s*\))?/gi)];
  const names = calls.flatMap(([, literal]) =>
    literal === undefined ? [] : [literal.replace(/^'|'\s*\)$/g, '')],
  );
  return { names: [...new Set(names)], all: names.length < calls.length };
}

/** DuckDB gives NULL for a variable that is not set: a misspelt param would quietly select nothing. */
export function checkParamUse(spec: ModelSpec): readonly SpecProblem[] {
  return spec.pipeline.steps.flatMap((step, index) =>
    sqlOf(step, ['pipeline', 'steps', index]).flatMap(({ path, sql }) => findUnknownParams(spec, sql, path)),
  );
}

/** Problems of one piece of SQL, such as a file that a step names. */
export function findUnknownParams(spec: ModelSpec, sql: string, path: SpecPath): readonly SpecProblem[] {
  const params = Object.keys(spec.pipeline.params ?? {});
  return paramsReadBySql(sql)
    .names.filter((name) => !params.includes(name))
    .map((name) => ({
      path,
      message: `getvariable('${name}') reads a param that pipeline.params does not declare${suggest(name, params)}`,
    }));
}

function sqlOf(step: StepSpec, path: SpecPath): { path: SpecPath; sql: string }[] {
  if (step.uses === 'ingest')
    return step.where === undefined ? [] : [{ path: [...path, 'where'], sql: step.where }];
  if (step.uses !== 'validate') return [];
  return step.checks.flatMap((check, index) =>
    check.check === 'sql' ? [{ path: [...path, 'checks', index, 'sql'], sql: check.sql }] : [],
  );
}
