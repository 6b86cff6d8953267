import type { TSchema } from 'typebox';

type Json = Readonly<Record<string, unknown>>;

/** Schemas as OpenAPI holds them: those with a name stand once under `components`, and are referred to. */
export interface SchemaShelf {
  /** The schema itself, or a reference to it. */
  place(schema: TSchema): object;
  /** What was placed by name. */
  readonly named: Readonly<Record<string, object>>;
}

/** @param names of schemas that stand for themselves; a schema with a `title` has that for its name */
export function createSchemaShelf(names: ReadonlyMap<object, string>): SchemaShelf {
  const named: Record<string, object> = {};
  const place = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(place);
    if (typeof value !== 'object' || value === null) return value;
    const name = names.get(value) ?? (value as { title?: string }).title;
    if (name === undefined) return placeParts(value as Json, place);
    if (!Object.hasOwn(named, name)) {
      named[name] = {};
      named[name] = placeParts(value as Json, place);
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  return { named, place: (schema) => place(schema) as object };
}

function placeParts(schema: Json, place: (value: unknown) => unknown): object {
  const { title: _, patternProperties, properties, ...rest } = withPrefixItems(schema);
  const parts = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, place(value)]));
  return {
    ...parts,
    ...(properties === undefined ? {} : { properties: placeEach(properties as Json, place) }),
    ...(patternProperties === undefined
      ? {}
      : { additionalProperties: place(Object.values(patternProperties as Json)[0]) }),
  };
}

/** TypeBox writes tuples as drafts of JSON Schema before 2020-12 have them. */
function withPrefixItems(schema: Json): Json {
  const { items, additionalItems: _, ...rest } = schema;
  return Array.isArray(items) ? { ...rest, prefixItems: items, items: false } : schema;
}

/** Names of properties are names, whatever keyword they look like. */
function placeEach(properties: Json, place: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, place(schema)]));
}
