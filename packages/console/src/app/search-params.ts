/** All search parameters of the console are plain words: none is read as JSON, and an empty one is none. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Of what an address says, the parameters that a page knows. */
export function pickSearch<const Name extends string>(...names: readonly Name[]) {
  return (search: Record<string, unknown>): { readonly [Known in Name]?: string } => {
    const picked: { [Known in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'string' && value !== '') picked[name] = value;
    }
    return picked;
  };
}
