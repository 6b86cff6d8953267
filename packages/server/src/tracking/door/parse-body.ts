import { isUtf8 } from 'node:buffer';
import { DividendError } from '@dividend/core/errors';

/**
 * The JSON of a request. Old clients encode it twice: a body that is one JSON text holds the JSON of the request. Numbers
 * may be NaN, Infinity and -Infinity, as Python writes them.
 * @throws {DividendError} BODY_INVALID
 */
export function parseBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw invalidBody('The request body is not valid UTF-8');
  const text = body.toString();
  if (text.trim() === '') return {};
  try {
    const value = parsePythonJson(text);
    return typeof value === 'string' ? parsePythonJson(value) : value;
  } catch (error) {
    throw invalidBody('The request body is not valid JSON', error);
  }
}

function invalidBody(message: string, cause?: unknown): DividendError {
  return new DividendError('BODY_INVALID', 'invalid_argument', message, { cause });
}

/** What is no JSON is looked at again where it may be JSON but for its numbers: of what is JSON nothing is asked twice. */
function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return parseNamedNumbers(text);
  }
}

/** Stands for NaN, which no literal of JSON reads as. No text of a request that is taken holds a NUL. */
const nanText = '\0NaN';
/** Beyond all doubles, 1e999 reads as Infinity. Spaces keep a number that touches the name apart: `1NaN` stays an error. */
const literals = new Map([
  ['NaN', ` ${JSON.stringify(nanText)} `],
  ['Infinity', ' 1e999 '],
  ['-Infinity', ' -1e999 '],
]);

/** Reads the names outside of texts as numbers, in one pass; as keys they stay an error. */
function parseNamedNumbers(text: string): unknown {
  let isInText = false;
  const plain = text.replace(/\\.|"|-?Infinity|NaN(?!\s*:)/gs, (token) => {
    if (token === '"') isInText = !isInText;
    return isInText ? token : (literals.get(token) ?? token);
  });
  return withNaN(JSON.parse(plain), 0);
}

/** No request that is taken nests deeper. */
const maxDepth = 500;

function withNaN(value: unknown, depth: number): unknown {
  if (value === nanText) return Number.NaN;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) throw new SyntaxError(`Nests deeper than ${maxDepth} levels`);
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) fields[key] = withNaN(fields[key], depth + 1);
  return value;
}
