import type { BlobStore } from './blobs/index.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { App } from './http/index.ts';
import type { Log } from './log.ts';
import type { Db } from './postgres/index.ts';

/** What every domain is built on. */
export interface Platform {
  readonly config: Config;
  readonly db: Db;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** A part of control that `app.ts` composes: routes first, then `start` in the declared order, `stop` in reverse. */
export interface Domain {
  routes?(app: App): void;
  start?(): Promise<void>;
  stop?(): Promise<void>;
  /** Removes what is not needed once it ended, or was last used, before a time. Idempotent. */
  sweep?(before: Date): Promise<void>;
}
