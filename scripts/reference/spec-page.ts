import { specJsonSchema } from '../../packages/contracts/src/spec/index.ts';
import { toCode, toPage, toTable } from './page.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

const about = `Fields of \`dividend.yaml\`, by the JSON Schema that \`GET /api/v1/spec-schema\` serves. \`[]\` is an item of a list, \`<name>\` a key of your own, and \`(uses: sql)\` the
kind that the fields belong to. What one part says of another is checked when the spec is applied: [the spec](../spec.md).`;

export function writeSpecPage(): string {
  return toPage('Spec fields', about, [
    toTable(['field', 'needed', 'value', 'meaning'], walk('', specJsonSchema as Schema)),
  ]);
}

/** A row a field, then those below it. */
function walk(path: string, schema: Schema): string[][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [toRow(at, field, schema.required?.includes(name) ?? false), ...walk(at, field)];
  });
  const ofKeys = Object.values(schema.patternProperties ?? {}).flatMap((value) =>
    walk(`${path}.<name>`, value),
  );
  const ofItems = schema.items ? walk(`${path}[]`, schema.items) : [];
  const ofKinds = (schema.anyOf ?? []).flatMap((kind) => walk(`${path}${kindOf(kind)}`, kind));
  return [...own, ...ofKeys, ...ofItems, ...ofKinds];
}

/** The field that tells one kind of an object from the others. */
function kindOf({ properties = {} }: Schema): string {
  const found = Object.entries(properties).find(([, field]) => field.const !== undefined);
  return found ? ` (${found[0]}: ${String(found[1].const)})` : '';
}

function toRow(path: string, schema: Schema, needed: boolean): string[] {
  const usual = schema.default === undefined ? '' : `default ${toCode(JSON.stringify(schema.default))}`;
  return [
    toCode(path),
    needed ? 'yes' : '',
    [toValue(schema), usual].filter(Boolean).join('; '),
    schema.description ?? '',
  ];
}

function toValue(schema: Schema): string {
  if (schema.const !== undefined) return toCode(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((value) => toCode(String(value))).join(', ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(toValue))].join(' or ');
  if (schema.items)
    return ['list', rangeOf(schema.minItems, schema.maxItems, 'items')].filter(Boolean).join(', ');
  if (schema.patternProperties) return 'map';
  const limits = [
    rangeOf(schema.minLength, schema.maxLength, 'characters'),
    rangeOf(schema.minimum, schema.maximum, ''),
    schema.exclusiveMinimum === undefined ? '' : `> ${schema.exclusiveMinimum}`,
    schema.exclusiveMaximum === undefined ? '' : `< ${schema.exclusiveMaximum}`,
    schema.pattern && !schema.description ? toCode(schema.pattern) : '',
  ];
  return [schema.type ?? 'any', ...limits.filter(Boolean)].join(', ');
}

function rangeOf(from: number | undefined, to: number | undefined, unit: string): string {
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return `≥ ${from} ${unit}`.trim();
  return `${from === undefined ? '≤ ' : `${from}–`}${to} ${unit}`.trim();
}
