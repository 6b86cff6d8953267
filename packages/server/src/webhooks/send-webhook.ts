import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { resolveAddresses } from './webhook-address.ts';

export const sendLimitMs = 30_000;
/** Kept of an answer: enough to see what went wrong. */
const answerBytes = 4096;

export interface WebhookMessage {
  readonly url: string;
  readonly deliveryId: string;
  readonly body: string;
  readonly secret: string | undefined;
}

/** `v1,` and the HMAC-SHA256 of `<delivery id>.<timestamp>.<body>` in base64, as MLflow signs. */
export function signWebhook(secret: string, deliveryId: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', secret).update(`${deliveryId}.${timestamp}.${body}`).digest('base64')}`;
}

/** Posts once, follows no redirect, within 30 s. Rejects where no answer comes, or `signal` comes first. */
export async function sendWebhook(
  { url, deliveryId, body, secret }: WebhookMessage,
  { now, allowsPrivate, signal }: { now: Date; allowsPrivate: boolean; signal?: AbortSignal },
): Promise<{ status: number; body: string }> {
  const target = new URL(url);
  const addresses = await resolveAddresses(target.hostname, allowsPrivate);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      target,
      {
        method: 'POST',
        agent: false,
        signal: AbortSignal.any([AbortSignal.timeout(sendLimitMs), ...(signal ? [signal] : [])]),
        lookup: (_host, options, done) => {
          if (options.all) done(null, addresses);
          else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
        },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-mlflow-delivery-id': deliveryId,
          'x-mlflow-timestamp': timestamp,
          ...(secret ? { 'x-mlflow-signature': signWebhook(secret, deliveryId, timestamp, body) } : {}),
        },
      },
      (response) => {
        let text = '';
        const end = () => resolve({ status: response.statusCode ?? 0, body: text.slice(0, answerBytes) });
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (text.length < answerBytes) return;
          end();
          response.destroy();
        });
        response.on('end', end).on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
