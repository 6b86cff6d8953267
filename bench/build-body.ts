interface Metadata {
  readonly inputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
  }[];
}

/** A request of one row that fits the metadata of an endpoint. */
export async function buildBody(base: string, endpoint: string): Promise<string> {
  const response = await fetch(`${base}/v2/models/${endpoint}`);
  if (!response.ok)
    throw new Error(`'${base}' does not describe endpoint '${endpoint}': ${await response.text()}`);
  const { inputs } = (await response.json()) as Metadata;
  const tensors = inputs.map(({ name, datatype, shape }) => {
    const dims = shape.map((size) => (size === -1 ? 1 : size));
    const length = dims.reduce((product, size) => product * size, 1);
    const value = datatype === 'BYTES' ? 'AA' : datatype === 'BOOL' ? true : 1;
    return { name, datatype, shape: dims, data: new Array(length).fill(value) };
  });
  return JSON.stringify({ inputs: tensors, parameters: { unit_id: 'bench' } });
}
