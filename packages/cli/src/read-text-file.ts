import { open } from 'node:fs/promises';
import { DividendError } from '@dividend/core/errors';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

/**
 * The text of a file that a command was given. `field` is the argument or option that named it.
 * @throws {DividendError} FILE_UNREADABLE where it is absent, a folder, closed to us, empty, larger than `maxBytes`, or no text
 */
export async function readTextFile(path: string, field: string, maxBytes: number): Promise<string> {
  const file = await open(path).catch((cause) => {
    throw unreadable(path, field, cause);
  });
  try {
    const { size } = await file.stat();
    if (size > maxBytes)
      throw fileError(path, field, `it has ${size} bytes, at most ${maxBytes} are taken`, undefined);
    const content = await file.readFile().catch((cause) => {
      throw unreadable(path, field, cause);
    });
    const text = decodeUtf8(content);
    if (text === undefined) throw fileError(path, field, 'it is not a text in UTF-8', undefined);
    if (text.trim() === '') throw fileError(path, field, 'it is empty', undefined);
    return text;
  } finally {
    await file.close();
  }
}

/** What the file system said of a file, in words. */
export function unreadable(path: string, field: string, cause: NodeJS.ErrnoException): DividendError {
  return fileError(path, field, reasons[cause.code ?? ''] ?? cause.message, cause);
}

function fileError(path: string, field: string, why: string, cause: unknown): DividendError {
  const isAbsent = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  return new DividendError(
    'FILE_UNREADABLE',
    isAbsent ? 'not_found' : 'invalid_argument',
    `The file '${path}' cannot be taken: ${why}`,
    { field, ...(cause === undefined ? {} : { cause }) },
  );
}

/** Undefined where it is no text: other bytes than UTF-8, or a NUL. */
function decodeUtf8(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}
