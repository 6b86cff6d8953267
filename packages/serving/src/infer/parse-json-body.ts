/** Deeper than any tensor (8 dimensions) and shallow enough for every reader after this one. */
const maxDepth = 32;

/** Reads a body; undefined where it is no JSON or nested deeper than the limit. */
export function parseJsonBody(text: string): unknown {
  if (isDeeperThan(text, maxDepth)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Looked at before parsing, because a body of brackets alone would cost an object each. Brackets in texts do not count. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** Finds a bare NaN or Infinity, as some writers put it, and the input it is in; for the message alone. */
export function findNonFiniteToken(text: string): { token: string; input: string | undefined } | undefined {
  const token = /(?<=[[,:\s])(NaN|-?Infinity)(?=[\],}\s])/.exec(text)?.[1];
  if (token === undefined) return undefined;
  const marker = '\u0000not-finite';
  const parsed = parseJsonBody(
    text.replaceAll(/(?<=[[,:\s])(?:NaN|-?Infinity)(?=[\],}\s])/g, JSON.stringify(marker)),
  );
  const inputs = (parsed as { inputs?: unknown } | undefined)?.inputs;
  if (!Array.isArray(inputs)) return { token, input: undefined };
  const input = inputs.find((item) => Array.isArray(item?.data) && item.data.flat(8).includes(marker));
  return { token, input: typeof input?.name === 'string' ? input.name : undefined };
}
