import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TelemetryBatch } from '@dividend/contracts/serving';
import { lateRequest } from './serving-fixture.ts';

/**
 * Sends one-row requests on `connections` kept-alive connections until `isDone`, and notes the receipt of every answer that
 * was read whole. A failed call is passed over, or thrown where `strict`. A connection that the server had announced to close is
 * never used again, as in any HTTP client.
 */
export async function sendUntil(
  url: string,
  connections: number,
  acknowledged: Set<string>,
  isDone: () => boolean,
  { strict = false } = {},
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let calls = 0;
  const worker = async (): Promise<void> => {
    while (!isDone()) {
      const body = JSON.stringify(
        lateRequest([[calls % 24, calls % 7, 100 + calls]], { unit_id: `u${calls++}` }),
      );
      try {
        const answer = await post(`${url}/v2/models/late/infer`, body, agent);
        if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.body}`);
        acknowledged.add(JSON.parse(answer.body).parameters.receipts);
      } catch (error) {
        if (strict) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, worker));
  } finally {
    agent.destroy();
  }
}

function post(url: string, body: string, agent: Agent): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      agent,
      headers: { 'content-length': Buffer.byteLength(body) },
    });
    call.on('error', reject);
    call.on('response', (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    call.end(body);
  });
}

export function findReceipts(batches: readonly TelemetryBatch[]): string[] {
  return batches.flatMap((batch) => batch.rows.map((row) => row.receipt));
}
