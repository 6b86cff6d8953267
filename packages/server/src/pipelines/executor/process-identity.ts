import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** One process over its life: a pid alone is given to another process later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever form the system tells it. */
  readonly startedAt: string;
}

/** The process that has this pid now; undefined where none runs (one that ended and was not collected does not run). */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** Kills a process group by force: its leader's, and on Linux what the leader left behind with this variable set. */
export function killGroup(leader: ProcessIdentity, marker: string): void {
  if (isRunning(leader)) signalGroup(leader.pid, 'SIGKILL');
  else if (process.platform === 'linux') {
    for (const pid of findOrphans(leader.pid, marker)) signal(pid, 'SIGKILL');
  }
}

/** Sends a signal to all processes of a group; false where there is none. */
export function signalGroup(groupId: number, name: NodeJS.Signals): boolean {
  return signal(-groupId, name);
}

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    // EPERM: what is left of a group may be beyond reach, or (macOS) ended and not collected.
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Fields of /proc/<pid>/stat after the name, which may itself hold blanks and brackets; proc(5) counts them from 3. */
export function readStat(pid: number | 'self'): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text
      .slice(text.lastIndexOf(')') + 2)
      .trim()
      .split(' ');
  } catch {
    return undefined;
  }
}

function linuxStart(pid: number): string | undefined {
  const stat = readStat(pid);
  const [state, startTicks] = [stat?.[0], stat?.[19]];
  return state === 'Z' || state === 'X' ? undefined : startTicks;
}

function startByPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

/** Members of a group whose leader is gone; the marker makes sure that the group's number was not given away since. */
function findOrphans(groupId: number, marker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readStat(pid)?.[2] === String(groupId) && hasMarker(pid, marker));
}

function hasMarker(pid: number, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
  } catch {
    return false;
  }
}
