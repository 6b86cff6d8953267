import type { Platform } from '../platform/platform.ts';
import { claimDeliveries, type Delivery, settleDelivery } from './delivery-store.ts';
import type { SecretBox } from './secret-box.ts';
import { sendLimitMs, sendWebhook } from './send-webhook.ts';

const lookEveryMs = 1_000;
const atOnce = 10;
/** With waits of 2, 4, 8 … seconds, an hour at most: the last attempt is about 4 hours after the first. */
const mostAttempts = 14;
const longestWaitMs = 3_600_000;

export function waitBeforeRetryMs(attempts: number): number {
  return Math.min(1000 * 2 ** attempts, longestWaitMs);
}

/** Delivers what is due, from any number of processes; at least once, under the same delivery id. */
export function createDeliverLoop(
  { db, clock, log, config }: Platform,
  secrets: SecretBox,
): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopping = false;

  async function deliver(delivery: Delivery & { url: string; secret: Buffer | null }): Promise<void> {
    const answer = await post(delivery).catch((error: Error) => ({ status: null, error: error.message }));
    const now = clock.now();
    const settled = (state: Delivery['state'], nextAt: Date) =>
      settleDelivery(db, delivery.delivery_id, {
        state,
        nextAt,
        endedAt: state === 'waiting' ? null : now,
        status: answer.status,
        error: answer.error,
      });
    if (answer.error === null) return settled('delivered', now);
    const isPassing = answer.status === null || answer.status === 429 || answer.status >= 500;
    if (!isPassing || delivery.attempts >= mostAttempts) return settled('failed', now);
    return settled('waiting', new Date(now.getTime() + waitBeforeRetryMs(delivery.attempts)));
  }

  async function post(delivery: Delivery & { url: string; secret: Buffer | null }) {
    const secret = delivery.secret === null ? undefined : await secrets.open(delivery.secret);
    const { status } = await sendWebhook(
      { url: delivery.url, deliveryId: delivery.delivery_id, body: delivery.body, secret },
      { now: clock.now(), allowsPrivate: config.webhooksPrivate },
    );
    return { status, error: status >= 200 && status < 300 ? null : `Answered ${status}` };
  }

  async function tick(): Promise<void> {
    try {
      let taken: number;
      do {
        const now = clock.now();
        const leaseUntil = new Date(now.getTime() + 2 * sendLimitMs);
        const due = await claimDeliveries(db, { now, leaseUntil, limit: atOnce });
        taken = due.length;
        await Promise.all(due.map(deliver));
      } while (taken === atOnce && !isStopping);
    } catch (error) {
      if (!isStopping) log.warn('Webhooks could not be delivered yet', { error });
    }
    schedule();
  }

  const schedule = () => {
    if (isStopping) return;
    timer = setTimeout(() => {
      running = tick();
    }, lookEveryMs);
  };
  return {
    start: schedule,
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await running;
    },
  };
}
