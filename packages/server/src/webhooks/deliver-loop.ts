import type { Platform } from '../platform/platform.ts';
import { claimDeliveries, type Delivery, type DueDelivery, settleDelivery } from './delivery-store.ts';
import type { SecretBox } from './secret-box.ts';
import { sendLimitMs, sendWebhook } from './send-webhook.ts';

const lookEveryMs = 1_000;
/** Two of a webhook at a time: some thirty that never answer must be there before others wait. */
const mostAtOnce = 64;
const mostOfOne = 2;
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
  /** What is being sent, with its webhook. */
  const underWay = new Map<Promise<void>, string>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function deliver(delivery: DueDelivery): Promise<void> {
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
    if (stopping.signal.aborted) return settled('waiting', now);
    const isPassing = answer.status === null || answer.status === 429 || answer.status >= 500;
    if (!isPassing || delivery.attempts >= mostAttempts) return settled('failed', now);
    return settled('waiting', new Date(now.getTime() + waitBeforeRetryMs(delivery.attempts)));
  }

  async function post(delivery: DueDelivery) {
    const secret = delivery.secret === null ? undefined : await secrets.open(delivery.secret);
    const { status } = await sendWebhook(
      { url: delivery.url, deliveryId: delivery.delivery_id, body: delivery.body, secret },
      { now: clock.now(), allowsPrivate: config.webhooksPrivate, signal: stopping.signal },
    );
    return { status, error: status >= 200 && status < 300 ? null : `Answered ${status}` };
  }

  function start(delivery: DueDelivery): void {
    const sending = deliver(delivery)
      .catch((error: unknown) => log.warn('A webhook delivery could not be noted', { error }))
      .finally(() => {
        underWay.delete(sending);
        lookIn(0);
      });
    underWay.set(sending, delivery.webhook_id);
  }

  async function look(): Promise<void> {
    lookIn(lookEveryMs);
    const now = clock.now();
    try {
      const due = await claimDeliveries(db, {
        now,
        leaseUntil: new Date(now.getTime() + 2 * sendLimitMs),
        limit: mostAtOnce - underWay.size,
        limitOfOne: mostOfOne,
        busy: [...new Set(underWay.values())],
      });
      for (const delivery of due) start(delivery);
    } catch (error) {
      if (!stopping.signal.aborted) log.warn('Webhooks could not be delivered yet', { error });
    }
  }

  function lookIn(waitMs: number): void {
    if (stopping.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      looking = looking.then(look);
    }, waitMs);
  }

  return {
    start: () => lookIn(lookEveryMs),
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await looking;
      await Promise.all(underWay.keys());
    },
  };
}
