import * as api from '@dividend/contracts/api';
import * as imports from '@dividend/contracts/imports';
import { AppliedSpec, ModelSpec } from '@dividend/contracts/spec';
import { Type } from 'typebox';
import { describeRoute, tagOf, toOpenApiPath } from './describe-route.ts';
import type { DescribedRoute } from './described-route.ts';
import type { ErrorShape } from './operation-notes.ts';
import { createSchemaShelf, type SchemaShelf } from './schema-names.ts';

/** Of the API as described, not of the program: raised when a route changes its meaning. */
const apiVersion = '1';

const about = `Control of Dividend: its own API below \`/api/v1\`, MLflow's REST API below \`/api/2.0\` and \`/api/3.0\`,
OpenTelemetry's traces, and what serving processes call below \`/internal/v1\`. Every MLflow path is served below \`/ajax-api\` too.
In requests of MLflow's API, integers may be text, null is absent and unknown fields are ignored.`;

const MlflowError = Type.Object(
  { error_code: Type.String(), message: Type.String() },
  {
    title: 'MlflowError',
    description: "MLflow's error: `error_code` says what went wrong, `message` what to do.",
  },
);

/** OpenAPI 3.1 of the routes given. */
export function describeApi(routes: readonly DescribedRoute[]): object {
  const shelf = createSchemaShelf(contractNames());
  const own = routes.filter(({ url }) => !url.startsWith('/ajax-api/'));
  const paths: Record<string, Record<string, object>> = {};
  for (const route of [...own].sort((a, b) => (a.url < b.url ? -1 : 1))) {
    const path = toOpenApiPath(route.url);
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, shelf) };
  }
  const responses = describeErrors(shelf);
  return {
    openapi: '3.1.0',
    info: { title: 'Dividend control', version: apiVersion, description: about, license },
    tags: [...new Set(own.map(({ url }) => tagOf(url)))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(shelf.named).sort(([a], [b]) => (a < b ? -1 : 1))),
      responses,
      securitySchemes: { servingToken: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' };

/** Contracts stand under the names that the code has for them. */
function contractNames(): ReadonlyMap<object, string> {
  const exported = Object.entries({ ...imports, ...api, AppliedSpec, ModelSpec });
  return new Map(
    exported.flatMap(([name, value]) =>
      /^[A-Z]/.test(name) && typeof value === 'object' ? [[value as object, name]] : [],
    ),
  );
}

function describeErrors(shelf: SchemaShelf): object {
  const content: Readonly<Record<ErrorShape, object>> = {
    own: { 'application/json': { schema: shelf.place(api.ErrorBody) } },
    mlflow: { 'application/json': { schema: shelf.place(MlflowError) } },
    text: { 'text/plain': { schema: { type: 'string' } } },
  };
  return Object.fromEntries(
    Object.entries(content).flatMap(([shape, body]) => [
      [`${shape}Error`, { description: 'The request was refused; the message says why', content: body }],
      [
        `${shape}Unavailable`,
        {
          description: 'Not possible at this moment; the same request may succeed later',
          headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } },
          content: body,
        },
      ],
    ]),
  );
}
