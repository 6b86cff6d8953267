import { DividendError } from '@dividend/core/errors';
import type { Client } from '@dividend/sdk';

/**
 * The model that a command speaks of: the one named, else the only one there is. Figures are never blended over models.
 * @throws {DividendError} MODEL_NOT_NAMED
 */
export async function chooseModel(client: Client, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const { items } = await client.models();
  const [only, ...others] = items;
  if (only !== undefined && others.length === 0) return only.name;
  throw new DividendError(
    'MODEL_NOT_NAMED',
    'invalid_argument',
    only === undefined
      ? "There is no model yet; make one known with 'dividend apply <spec>'"
      : `Name a model; there are ${items.map(({ name }) => name).join(', ')}`,
    { field: 'model' },
  );
}
