import { readdirSync, readFileSync } from 'node:fs';
import { readStat } from './process-identity.ts';

/** The unit of times in /proc: 1/100 s in every Linux ABI that Node runs on (USER_HZ). */
const ticksPerSecond = 100;

/** CPU seconds of all children this process has waited for, and of theirs; null where the system does not tell. */
export function readChildCpuSeconds(): number | null {
  const stat = readStat('self');
  if (!stat) return null;
  const [user, system] = [Number(stat[13]), Number(stat[14])];
  return (user + system) / ticksPerSecond;
}

/** Resident bytes of a process and all below it now; 0 where the system does not tell. */
export function readTreeRssBytes(pid: number): number {
  return residentBytes(pid) + childrenOf(pid).reduce((sum, child) => sum + readTreeRssBytes(child), 0);
}

function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
