import type { TSchema } from 'typebox';
import type { DescribedRoute } from './described-route.ts';
import type { SchemaShelf } from './schema-names.ts';

interface Field {
  readonly name: string;
  readonly schema: TSchema;
  readonly required: boolean;
}

/** Path of OpenAPI: `/models/:model` is `/models/{model}`, and `/artifacts/*` is `/artifacts/{rest}`. */
export function toOpenApiPath(url: string): string {
  return url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{rest}');
}

/** One operation of OpenAPI 3.1. */
export function describeRoute(route: DescribedRoute, shelf: SchemaShelf): object {
  const parameters = describeParameters(route, shelf);
  const body = describeBody(route, shelf);
  return {
    operationId: operationIdOf(route),
    tags: [tagOf(route.url)],
    summary: route.summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: describeAnswers(route, shelf),
    ...(route.notes.forServing ? { security: [{ servingToken: [] }] } : {}),
  };
}

export function tagOf(url: string): string {
  const mlflow = /^\/api\/[23]\.0\/(?:mlflow\/)?([\w-]+)/.exec(url);
  if (mlflow) return `mlflow ${mlflow[1]}`;
  const own = /^\/(?:api|internal)\/v1\/([\w-]+)/.exec(url);
  if (own) return url.startsWith('/internal') ? 'serving processes' : (own[1] as string);
  return url.startsWith('/v1/') ? 'opentelemetry' : 'server';
}

function operationIdOf({ method, url }: DescribedRoute): string {
  const words = toOpenApiPath(url)
    .replace(/^\/api\/(v1\/)?/, '/')
    .split(/[^A-Za-z0-9]+/);
  return [method, ...words.filter(Boolean).map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join(
    '',
  );
}

function describeParameters(route: DescribedRoute, shelf: SchemaShelf): object[] {
  const inPath = pathNames(route.url);
  const ofPath = [...fieldsOf(route.params), ...fieldsOf(route.notes.request)];
  const fromQuery = route.notes.request && route.method === 'get' ? fieldsOf(route.notes.request) : [];
  const query = [...fieldsOf(route.query), ...fromQuery].filter(({ name }) => !inPath.includes(name));
  return [
    ...inPath.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: shelf.place(
        ofPath.find((field) => field.name === name)?.schema ?? ({ type: 'string' } as TSchema),
      ),
      ...(name === 'rest' ? { description: 'May hold slashes.' } : {}),
    })),
    ...query.map(({ name, schema, required }) => ({
      name,
      in: 'query',
      required,
      schema: shelf.place(schema),
    })),
    ...Object.entries(route.notes.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ];
}

function pathNames(url: string): string[] {
  return [...toOpenApiPath(url).matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
}

/** Of an object, or of an intersection of objects. */
function fieldsOf(schema: TSchema | undefined): Field[] {
  if (schema === undefined) return [];
  const { allOf, properties, required } = schema as {
    allOf?: TSchema[];
    properties?: Record<string, TSchema>;
    required?: string[];
  };
  if (allOf) return allOf.flatMap(fieldsOf);
  return Object.entries(properties ?? {}).map(([name, field]) => ({
    name,
    schema: field,
    required: required?.includes(name) ?? false,
  }));
}

function describeBody(route: DescribedRoute, shelf: SchemaShelf): object | undefined {
  const { bodyTypes } = route.notes;
  const schema = route.body ?? bodyOfRequest(route);
  if (bodyTypes === undefined && schema === undefined) return undefined;
  const placed = bodyTypes === undefined && schema ? { schema: shelf.place(schema) } : {};
  return {
    required: true,
    description: Number.isFinite(route.maxBodyBytes)
      ? `At most ${route.maxBodyBytes} bytes.`
      : 'Of any size.',
    content: Object.fromEntries((bodyTypes ?? ['application/json']).map((type) => [type, placed])),
  };
}

/** What of the request is neither in the path nor, with GET, in the query. */
function bodyOfRequest({ method, url, notes: { request } }: DescribedRoute): TSchema | undefined {
  if (request === undefined || method === 'get') return undefined;
  const inPath = [...pathNames(url), '*'];
  const entries = Object.entries(request.properties).filter(([name]) => !inPath.includes(name));
  const required = ((request as { required?: string[] }).required ?? []).filter(
    (name) => !inPath.includes(name),
  );
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(entries),
  } as TSchema;
}

function describeAnswers({ answers, notes }: DescribedRoute, shelf: SchemaShelf): object {
  const errors = notes.errors ?? 'own';
  return {
    ...(notes.notImplemented
      ? { 501: { $ref: `#/components/responses/${errors}Error` } }
      : describeSuccess(answers, notes.answer, notes.answerType, shelf)),
    '4XX': { $ref: `#/components/responses/${errors}Error` },
    '503': { $ref: `#/components/responses/${errors}Unavailable` },
  };
}

function describeSuccess(
  answers: Readonly<Record<string, TSchema>>,
  answer: TSchema | undefined,
  answerType: string | undefined,
  shelf: SchemaShelf,
): object {
  if (answerType) return { 200: { description: 'Success', content: { [answerType]: {} } } };
  const byStatus = answer === undefined ? answers : { 200: answer };
  if (Object.keys(byStatus).length === 0) return { 204: { description: 'Success, without content' } };
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, schema]) => [
      status,
      { description: 'Success', content: { 'application/json': { schema: shelf.place(schema) } } },
    ]),
  );
}
