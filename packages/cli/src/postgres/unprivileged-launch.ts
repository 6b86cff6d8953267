import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

/** How to start a program that refuses to run as root: a command to put before it, or another user. */
export interface UnprivilegedLaunch {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const namespacePrefix = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'] as const;
const userName = 'dividend';

/**
 * As an ordinary user: nothing to do. As root: a user namespace in which root's files are nobody's, so that folders
 * only root may enter still work and no account is made; where the kernel forbids that (many containers), the system
 * user `dividend`, made when missing.
 */
export async function findUnprivilegedLaunch(): Promise<UnprivilegedLaunch> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  if (await canUseNamespace()) return { prefix: namespacePrefix };
  const user = lookUpUser() ?? addUser();
  return { prefix: [], uid: user.uid, gid: user.gid };
}

async function canUseNamespace(): Promise<boolean> {
  const [program, ...args] = namespacePrefix;
  return promisify(execFile)(program, [...args, 'true']).then(
    () => true,
    () => false,
  );
}

function addUser(): { uid: number; gid: number } {
  execFileSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', userName],
    { stdio: 'ignore' },
  );
  const user = lookUpUser();
  if (!user) throw new Error(`The system user '${userName}' was not made`);
  return user;
}

function lookUpUser(): { uid: number; gid: number } | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, userName], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
