import type { ModelSpec } from '@dividend/contracts/spec';
import { DividendError } from '@dividend/core/errors';

/** The specs in force. */
export interface AppliedSpecs {
  list(): Promise<readonly { readonly model: string; readonly spec: ModelSpec }[]>;
}

/** An endpoint and the one model that answers on it. */
export interface Endpoint {
  readonly endpoint: string;
  readonly model: string;
  readonly spec: ModelSpec;
}

export async function listEndpoints(specs: AppliedSpecs): Promise<Endpoint[]> {
  const applied = await specs.list();
  return applied.map(({ model, spec }) => ({ endpoint: spec.endpoint ?? model, model, spec }));
}

/** @throws {DividendError} ENDPOINT_NOT_FOUND */
export async function getEndpoint(specs: AppliedSpecs, endpoint: string): Promise<Endpoint> {
  const found = (await listEndpoints(specs)).find((candidate) => candidate.endpoint === endpoint);
  if (found) return found;
  throw new DividendError(
    'ENDPOINT_NOT_FOUND',
    'not_found',
    `No applied spec declares the endpoint '${endpoint}'; apply one`,
    { field: 'endpoint' },
  );
}

export async function findEndpointOfModel(specs: AppliedSpecs, model: string): Promise<string> {
  return (await listEndpoints(specs)).find((candidate) => candidate.model === model)?.endpoint ?? model;
}
