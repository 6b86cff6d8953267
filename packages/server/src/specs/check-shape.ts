import { type SpecPath, type SpecProblem, suggest } from './spec-problem.ts';

/** The part of JSON Schema that the spec's contract uses. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/**
 * Where a value differs from its schema, in words for the person who wrote it: a schema validator's own messages name
 * every branch of a union, this names the one that was meant.
 */
export function checkShape(schema: unknown, value: unknown, path: SpecPath = []): readonly SpecProblem[] {
  const shape = schema as Shape;
  if (shape.enum)
    return checkUnion(
      shape.enum.map((choice) => ({ const: choice })),
      value,
      path,
    );
  if (shape.anyOf) return checkUnion(shape.anyOf, value, path);
  if ('const' in shape) return value === shape.const ? [] : [mismatch(shape, value, path)];
  if (!hasType(shape.type, value)) return [mismatch(shape, value, path)];
  if (Array.isArray(value)) return checkList(shape, value, path);
  if (isRecord(value)) return checkRecord(shape, value, path);
  return isWithinLimits(shape, value) ? [] : [mismatch(shape, value, path)];
}

function checkUnion(branches: readonly Shape[], value: unknown, path: SpecPath): readonly SpecProblem[] {
  if (branches.some((branch) => checkShape(branch, value, path).length === 0)) return [];
  const objects = branches.filter((branch) => branch.properties);
  if (!isRecord(value) || objects.length === 0) {
    const known = branches.flatMap((branch) => (typeof branch.const === 'string' ? [branch.const] : []));
    const hint = typeof value === 'string' ? suggest(value, known) : '';
    return [{ path, message: `expected ${branches.map(describe).join(' or ')}, got ${show(value)}${hint}` }];
  }
  const selector = findSelector(objects);
  if (selector === undefined) return checkShape(findMeant(objects, value), value, path);
  const meant = objects.find((branch) => branch.properties?.[selector]?.const === value[selector]);
  if (meant) return checkShape(meant, value, path);
  const choices = objects.map((branch) => branch.properties?.[selector] ?? {});
  return Object.hasOwn(value, selector)
    ? checkUnion(choices, value[selector], [...path, selector])
    : [
        {
          path,
          message: `the field '${selector}' is missing; expected ${choices.map(describe).join(' or ')}`,
        },
      ];
}

/** The field whose constant tells the branches apart, such as `uses`. */
function findSelector(branches: readonly Shape[]): string | undefined {
  const [first] = branches;
  return Object.keys(first?.properties ?? {}).find((name) =>
    branches.every((branch) => branch.properties?.[name] && 'const' in branch.properties[name]),
  );
}

/** The branch that knows most of the fields that are there. */
function findMeant(branches: readonly Shape[], value: Readonly<Record<string, unknown>>): Shape {
  const known = (branch: Shape) => Object.keys(value).filter((key) => branch.properties?.[key]).length;
  return branches.reduce((best, branch) => (known(branch) > known(best) ? branch : best));
}

function checkRecord(
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  path: SpecPath,
): readonly SpecProblem[] {
  const missing = (shape.required ?? [])
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => ({
      path,
      message: `the field '${name}' is missing; expected ${describe(shape.properties?.[name] ?? {})}`,
    }));
  const [keyPattern, itemShape] = Object.entries(shape.patternProperties ?? {})[0] ?? [];
  const problems = Object.entries(value).flatMap(([key, item]) => {
    const known = shape.properties?.[key];
    if (known) return checkShape(known, item, [...path, key]);
    if (keyPattern !== undefined) {
      return new RegExp(keyPattern).test(key)
        ? checkShape(itemShape, item, [...path, key])
        : [
            {
              path: [...path, key],
              message: `expected a name of letters, digits and underscores, got '${key}'`,
            },
          ];
    }
    const free = Object.keys(shape.properties ?? {}).filter((name) => !Object.hasOwn(value, name));
    return [{ path: [...path, key], message: `unknown field${suggest(key, free)}` }];
  });
  return [...missing, ...problems];
}

function checkList(shape: Shape, value: readonly unknown[], path: SpecPath): readonly SpecProblem[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = shape;
  if (value.length < minItems || value.length > maxItems)
    return [{ path, message: `expected ${range(minItems, maxItems)} items, got ${value.length}` }];
  return value.flatMap((item, index) => checkShape(shape.items ?? {}, item, [...path, index]));
}

function isWithinLimits(shape: Shape, value: unknown): boolean {
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = shape;
    const within = value.length >= minLength && value.length <= maxLength;
    return within && (pattern === undefined || new RegExp(pattern).test(value));
  }
  if (typeof value !== 'number') return true;
  return (
    value >= (shape.minimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (shape.maximum ?? Number.POSITIVE_INFINITY) &&
    value > (shape.exclusiveMinimum ?? Number.NEGATIVE_INFINITY)
  );
}

function hasType(type: string | undefined, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch(shape: Shape, value: unknown, path: SpecPath): SpecProblem {
  const hint =
    typeof value === 'string' && typeof shape.const === 'string' ? suggest(value, [shape.const]) : '';
  return { path, message: `expected ${describe(shape)}, got ${show(value)}${hint}` };
}

function describe(shape: Shape): string {
  if ('const' in shape) return `'${String(shape.const)}'`;
  if (shape.enum) return shape.enum.map((choice) => `'${String(choice)}'`).join(' or ');
  if (shape.anyOf) return shape.anyOf.map(describe).join(' or ');
  switch (shape.type) {
    case 'object':
      return 'a mapping';
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number${limits(shape)}`;
    case 'number':
      return `a number${limits(shape)}`;
    default:
      return `a text${shape.pattern && shape.description ? ` (${shape.description.replace(/\.$/, '')})` : lengths(shape)}`;
  }
}

function limits({ minimum, maximum, exclusiveMinimum }: Shape): string {
  const low = exclusiveMinimum === undefined ? minimum : `more than ${exclusiveMinimum}`;
  if (low === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined
    ? ` (${low}${exclusiveMinimum === undefined ? ' or more' : ''})`
    : ` (${low} to ${maximum})`;
}

function lengths({ minLength, maxLength }: Shape): string {
  if (maxLength === undefined) return minLength === undefined ? '' : ' that is not empty';
  return ` of ${range(minLength ?? 0, maxLength)} characters`;
}

function range(low: number, high: number): string {
  return high === Number.POSITIVE_INFINITY ? `at least ${low}` : `${low} to ${high}`;
}

/** How a value that came is told: short, texts quoted. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
