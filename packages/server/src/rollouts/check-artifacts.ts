import type { Platform } from '../platform/platform.ts';
import type { ReleaseRecord } from '../releases/index.ts';

export interface PartFault {
  readonly role: string;
  readonly digest: string;
  /** Digest of what is stored now; empty where nothing is. */
  readonly observed: string;
}

/** Hashes every part of a release anew, its manifest included; gives those that are not what the release was made of. */
export async function findAlteredParts(platform: Platform, release: ReleaseRecord): Promise<PartFault[]> {
  const faults: PartFault[] = [];
  for (const [role, digest] of [...Object.entries(release.parts), ['manifest', release.digest] as const]) {
    const observed = await observe(platform, digest);
    if (observed !== digest) faults.push({ role, digest, observed });
  }
  return faults;
}

async function observe(platform: Platform, digest: string): Promise<string> {
  if (!(await platform.blobs.has(digest))) return '';
  return (await platform.blobs.verify(digest)).observed;
}

export function describeFault({ role, digest, observed }: PartFault): string {
  return observed === ''
    ? `The part '${role}' (${digest}) is not in the store`
    : `The part '${role}' was altered: it should have digest '${digest}', its content has '${observed}'`;
}
