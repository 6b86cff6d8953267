import { openApi } from './open-api.ts';
import { toCode, toPage, toTable } from './page.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Schema;
}
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}
interface Body {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Operation {
  readonly tags: readonly [string];
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

const about = `Every route of control, as \`GET /api/openapi.json\` describes them with all contracts. Fields marked \`*\` are needed. Errors of Dividend's own API are
\`{"error": {"code", "kind", "message", "field"?, "retryable"}}\` ([codes](errors.md)), those of MLflow's \`{"error_code", "message"}\`; 503 comes with
\`Retry-After\`. Every MLflow path is served below \`/ajax-api\` too. Bodies are JSON of at most 2,000,000 bytes where nothing else is said.`;

/** @throws where a route has no summary */
export function writeRoutesPage(): string {
  const document = openApi as unknown as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  const byTag = new Map<string, string[][]>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method.toUpperCase()} ${path}`;
      if (!operation.summary) throw new Error(`Route '${name}' has no summary; set it in its schema`);
      const [tag] = operation.tags;
      byTag.set(tag, [...(byTag.get(tag) ?? []), toRow(name, operation, document.components.schemas)]);
    }
  }
  const parts = [...byTag]
    .sort(([a], [b]) => (rankOf(a) + a < rankOf(b) + b ? -1 : 1))
    .map(([tag, rows]) => `## ${tag}\n\n${toTable(['route', 'does', 'takes', 'answers'], rows)}`);
  return toPage('Routes', about, parts);
}

/** Dividend's own first, then MLflow's. */
const rankOf = (tag: string) => (tag.startsWith('mlflow') || tag === 'opentelemetry' ? '1' : '0');

function toRow(name: string, operation: Operation, schemas: Readonly<Record<string, Schema>>): string[] {
  return [toCode(name), operation.summary ?? '', toTakes(operation, schemas), toAnswers(operation)];
}

function toTakes(operation: Operation, schemas: Readonly<Record<string, Schema>>): string {
  const parameters = (operation.parameters ?? [])
    .filter((parameter) => parameter.in !== 'path')
    .map(({ name, required, schema }) => toField(name, required, schema));
  return [...parameters, ...toBody(operation.requestBody, schemas)].join(', ');
}

function toBody(body: Body | undefined, schemas: Readonly<Record<string, Schema>>): string[] {
  if (body?.content === undefined) return [];
  const [[type, { schema }] = ['', {}]] = Object.entries(body.content);
  if (type !== 'application/json' || schema === undefined)
    return [toCode(type), limitOf(body)].filter(Boolean);
  const name = schema.$ref?.split('/').at(-1);
  const shape = name === undefined ? schema : schemas[name];
  const fields = Object.entries(shape?.properties ?? {}).map(([field, value]) =>
    toField(field, shape?.required?.includes(field) ?? false, value),
  );
  return [...(fields.length === 0 && name ? [toCode(name)] : fields), limitOf(body)].filter(Boolean);
}

function limitOf({ description = '' }: Body): string {
  const bytes = /At most (\d+) bytes/.exec(description)?.[1];
  if (bytes === '2000000') return '';
  return bytes === undefined ? 'of any size' : `at most ${Number(bytes).toLocaleString('en')} bytes`;
}

function toField(name: string, required: boolean, schema: Schema): string {
  const limits = [
    schema.maximum === undefined ? '' : `${schema.minimum ?? ''}–${schema.maximum}`,
    schema.maxLength === undefined ? '' : `≤ ${schema.maxLength} characters`,
  ].filter(Boolean);
  const note = limits.length === 0 ? '' : ` (${limits.join(', ')})`;
  return `${toCode(`${name}${required ? '*' : ''}`)}${note}`;
}

function toAnswers({ responses }: Operation): string {
  const [[status, answer] = ['', {}]] = Object.entries(responses).filter(([code]) => code.startsWith('2'));
  if (answer.content === undefined) return responses['200'] === undefined ? status : '';
  const [[type, { schema }] = ['', {}]] = Object.entries(answer.content);
  const shown = type === 'application/json' && schema ? toShape(schema) : type;
  return `${status === '200' ? '' : `${status} `}${toCode(shown)}`;
}

function toShape(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) as string;
  if (schema.items) return `${toShape(schema.items)}[]`;
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, value]) => {
      const shape = toShape(value);
      const optional = schema.required?.includes(name) ? '' : '?';
      return /^[A-Z]/.test(shape) ? `${name}${optional}: ${shape}` : `${name}${optional}`;
    });
    return `{ ${fields.join(', ')} }`.replace('{  }', '{}');
  }
  return schema.type ?? 'any';
}
