import { DividendError } from '@dividend/core/errors';
import type { Limits } from '../config.ts';

/** Bounds what is in the process at one time: requests, and bytes of their bodies. */
export interface Admission {
  readonly inFlight: number;
  /** @throws {DividendError} QUEUE_FULL */
  enter(): Ticket;
}

export interface Ticket {
  /** @throws {DividendError} QUEUE_FULL where the bodies of all requests together would be too much */
  addBytes(bytes: number): void;
  leave(): void;
}

export function createAdmission({ maxInFlight, maxBufferedBytes }: Limits): Admission {
  let inFlight = 0;
  let buffered = 0;
  return {
    get inFlight() {
      return inFlight;
    },
    enter: () => {
      if (inFlight >= maxInFlight) throw queueFull(`${maxInFlight} requests are waiting`);
      inFlight += 1;
      let own = 0;
      let isIn = true;
      return {
        addBytes: (bytes) => {
          if (buffered + bytes > maxBufferedBytes) throw queueFull(`waiting requests hold ${buffered} bytes`);
          own += bytes;
          buffered += bytes;
        },
        leave: () => {
          if (!isIn) return;
          isIn = false;
          inFlight -= 1;
          buffered -= own;
        },
      };
    },
  };
}

function queueFull(state: string): DividendError {
  return new DividendError(
    'QUEUE_FULL',
    'unavailable',
    `The serving process is at its limit (${state}); try again`,
  );
}
