import { type ControlClient, toRefusal } from '../control-client.ts';
import type { TelemetryBody } from './telemetry-body.ts';

const timeoutMs = 30_000;

/** Statuses that say the batch itself is wrong: it would be refused as often as it is sent. */
const permanent = new Set([400, 409, 422]);

export type SendOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'tooLarge' }
  /** Control will never take it. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Sends a batch.
 *
 * @throws {DividendError} CONTROL_UNREACHABLE, CONTROL_REFUSED: try again
 */
export async function sendTelemetry(
  control: ControlClient,
  body: TelemetryBody,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const response = await control.send({
    method: 'POST',
    path: '/internal/v1/telemetry',
    headers: { 'content-type': 'application/json' },
    body: body.text,
    timeoutMs,
    signal,
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    response.resume();
    return { kind: 'taken' };
  }
  const refusal = await toRefusal(response, 'a batch of telemetry');
  if (status === 413) return { kind: 'tooLarge' };
  if (permanent.has(status)) return { kind: 'refused', reason: refusal.message };
  throw refusal;
}
