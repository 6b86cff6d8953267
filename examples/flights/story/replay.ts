import { DividendError } from '@dividend/core/errors';
import type { Client } from '@dividend/sdk';
import type { Flight, TrafficSource } from './traffic-source.ts';

export interface ReplayOptions {
  readonly client: Client;
  readonly endpoint: string;
  readonly source: TrafficSource;
  readonly start: Date;
  /** Nothing departs from here on: the data ends. */
  readonly end: Date;
  /** Requests a second; the flights are thinned to it. */
  readonly requestsPerSecond: number;
}

export interface ReplayCounts {
  readonly served: number;
  readonly failed: number;
  /** Sent again because a connection broke before an answer came. */
  readonly retried: number;
  readonly labels: number;
}

/** Months of flights in minutes: predictions at departure, labels at landing, on a clock of its own. */
export interface Replay {
  /** Where the clock of the replay stands. */
  now(): Date;
  counts(): ReplayCounts;
  /** Days of flights per second of ours. */
  setSpeed(daysPerSecond: number): void;
  /** What a broken feed does to the features before they are sent; undefined: the feed is sound. */
  setFault(
    fault: ((features: Readonly<Record<string, number>>) => Readonly<Record<string, number>>) | undefined,
  ): void;
  /** Stops sending and waits for what is under way, with the labels that are due. */
  stop(): Promise<void>;
  readonly finished: Promise<void>;
}

const tickMs = 20;
const dayMs = 86_400_000;
const flightsPerDay = 16_700;
/** More would only queue in front of serving; the clock waits instead. */
const maxInFlight = 64;
const labelsPerCall = 2_000;
const maxAttempts = 200;

export function startReplay(options: ReplayOptions): Replay {
  let speed = 0.5;
  let fault: ((features: Readonly<Record<string, number>>) => Readonly<Record<string, number>>) | undefined;
  let clock = options.start.getTime();
  let stopped = false;
  const counts = { served: 0, failed: 0, retried: 0, labels: 0 };
  const underWay = new Set<Promise<void>>();
  let landings: { landedMs: number; receipt: string; label: number }[] = [];
  let feedback: Promise<void> = Promise.resolve();

  const send = async (flight: Flight) => {
    const inputs = Object.fromEntries(
      Object.entries(fault ? fault(flight.features) : flight.features).map(([name, value]) => [
        name,
        [value],
      ]),
    );
    for (let attempt = 1; ; attempt++) {
      try {
        const { receipts } = await options.client.predict(options.endpoint, {
          inputs,
          unitId: `flight-${flight.id}`,
          eventTime: new Date(flight.departedMs),
        });
        counts.served++;
        landings.push({ landedMs: flight.landedMs, receipt: receipts[0] ?? '', label: flight.late });
        return;
      } catch (error) {
        const brokenConnection = error instanceof DividendError && error.code === 'CONTROL_UNREACHABLE';
        if (!brokenConnection || attempt === maxAttempts) {
          counts.failed++;
          return;
        }
        counts.retried++;
        await wait(50);
      }
    }
  };

  const sendDueLabels = () => {
    const due = landings.filter(({ landedMs }) => landedMs <= clock);
    if (due.length === 0) return;
    landings = landings.filter(({ landedMs }) => landedMs > clock);
    feedback = feedback
      .then(() => sendLabels(options.client, due, () => stopped))
      .then((sent) => {
        counts.labels += sent;
      });
  };

  const run = async () => {
    let queue: Flight[] = [];
    let readUntil = clock;
    let lastTick = performance.now();
    let lastLabels = lastTick;
    while (!stopped && clock < options.end.getTime()) {
      if (readUntil - clock < dayMs / 4) {
        const next = Math.min(readUntil + dayMs / 2, options.end.getTime());
        const ratio = options.requestsPerSecond / (flightsPerDay * speed);
        queue = queue.concat(await options.source.read(new Date(readUntil), new Date(next), ratio));
        readUntil = next;
        lastTick = performance.now();
      }
      await wait(tickMs);
      const tick = performance.now();
      if (underWay.size < maxInFlight)
        clock = Math.min(clock + ((tick - lastTick) / 1000) * speed * dayMs, readUntil);
      lastTick = tick;
      const due = queue.findIndex(({ departedMs }) => departedMs > clock);
      const departing = queue.splice(0, due === -1 ? queue.length : due);
      for (const flight of departing) track(underWay, send(flight));
      if (tick - lastLabels > 200) {
        lastLabels = tick;
        sendDueLabels();
      }
    }
  };
  const finished = run();

  return {
    now: () => new Date(clock),
    counts: () => ({ ...counts }),
    setSpeed: (daysPerSecond) => {
      speed = daysPerSecond;
    },
    setFault: (next) => {
      fault = next;
    },
    finished,
    stop: async () => {
      stopped = true;
      await finished;
      await Promise.all(underWay);
      sendDueLabels();
      await feedback;
    },
  };
}

/** Labels are idempotent by receipt, so a call without an answer is made again. */
async function sendLabels(
  client: Client,
  due: readonly { receipt: string; label: number; landedMs: number }[],
  isStopped: () => boolean,
): Promise<number> {
  let accepted = 0;
  for (let from = 0; from < due.length; from += labelsPerCall) {
    const labels = due.slice(from, from + labelsPerCall).map(({ receipt, label, landedMs }) => ({
      receipt,
      label,
      observedAt: new Date(landedMs).toISOString(),
    }));
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await client.feedback({ labels });
        accepted += result.accepted + result.duplicates;
        break;
      } catch (error) {
        const mayRetry =
          error instanceof DividendError && error.retryable && attempt < maxAttempts && !isStopped();
        if (!mayRetry) throw error;
        await wait(100);
      }
    }
  }
  return accepted;
}

function track(set: Set<Promise<void>>, promise: Promise<void>): void {
  set.add(promise);
  void promise.finally(() => set.delete(promise));
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
