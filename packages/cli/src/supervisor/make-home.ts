import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DividendError } from '@dividend/core/errors';

/**
 * Makes the home folder, and those above it, and sees that it can be written. Not `mkdir` with `recursive`, which never ends
 * where a file system refuses to make a folder as if its parent were missing (/proc).
 * @throws {DividendError} HOME_NOT_USABLE
 */
export async function makeHome(home: string): Promise<void> {
  try {
    await makeFolder(home);
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw cause;
    throw new DividendError(
      'HOME_NOT_USABLE',
      'failed_precondition',
      `The home folder '${home}' cannot be used: ${reasons[code ?? ''] ?? message}; choose another with --home or DIVIDEND_HOME`,
      { field: 'home', cause },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'its file system is read-only',
  ENOENT: 'no folder can be made there',
  ENAMETOOLONG: 'the name is too long',
};

async function makeFolder(path: string): Promise<void> {
  const present = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (present?.isDirectory()) return;
  if (present) throw Object.assign(new Error('It is a file'), { code: 'ENOTDIR' });
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
