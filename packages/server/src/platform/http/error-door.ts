import type { DividendError } from '@dividend/core/errors';

/** A part of the application that tells errors in a shape of its own, also those that arise before a route is found. */
export interface ErrorDoor {
  isBelow(url: string): boolean;
  answer(error: DividendError): { status: number; body: object };
}
