import { AsyncLocalStorage } from 'node:async_hooks';
import { userInfo } from 'node:os';

const current = new AsyncLocalStorage<string>();

/** Who acts: the caller of the request under way, else the platform itself. */
export function currentActor(): string {
  return current.getStore() ?? 'dividend';
}

/** Runs `action` in the name of `actor`. */
export function runAs<Result>(actor: string, action: () => Result): Result {
  return current.run(actor, action);
}

/** The person behind a loopback call without login: the system user that runs Dividend. */
export function localActor(): string {
  return `user:${userInfo().username}`;
}
