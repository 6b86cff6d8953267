import type { MetricsEndRecord, MetricsRecord, RecordResult } from '@dividend/contracts/imports';
import type { ImportTarget } from './import-target.ts';
import type { Tally } from './tally.ts';

/** Points and records of one batch: some megabytes, a transaction of well under a second. */
const batchPoints = 40_000;
const batchRecords = 4000;

/** Sends pieces of histories, those of many runs in one batch. */
export interface MetricsSender {
  /** A history is complete when its end arrives: after its pieces. Waits where a batch before is still on its way. */
  add(record: MetricsRecord | MetricsEndRecord): Promise<void>;
  /** Sends what is left; done when all has arrived. */
  end(): Promise<void>;
}

export function createMetricsSender({
  target,
  tally,
  tick,
}: {
  readonly target: ImportTarget;
  readonly tally: Tally;
  readonly tick: () => void;
}): MetricsSender {
  let pieces: MetricsRecord[] = [];
  let ends: MetricsEndRecord[] = [];
  let points = 0;
  let onTheWay: Promise<void> = Promise.resolve();
  /** Why a piece of a run's history was not taken. */
  const refused = new Map<string, string>();

  function count(
    sent: readonly (MetricsRecord | MetricsEndRecord)[],
    results: readonly RecordResult[],
  ): void {
    for (const [index, record] of sent.entries()) {
      const { state, reason } = results[index] ?? {
        state: 'refused',
        reason: 'the platform did not answer for it',
      };
      if (state === 'refused' && !refused.has(record.runId)) refused.set(record.runId, reason ?? state);
      if (record.kind === 'metrics') continue;
      const why = refused.get(record.runId);
      tally.count('metrics', record.runId, why === undefined ? state : 'refused', record.digest, why);
    }
  }

  async function send(): Promise<void> {
    // Neighbours of one kind are written by one statement.
    const [sent, sentPoints] = [[...pieces, ...ends], points];
    [pieces, ends, points] = [[], [], 0];
    const before = onTheWay;
    onTheWay = (async () => {
      await before;
      if (sent.length === 0) return;
      count(sent, await target.send(sent));
      tally.addPoints(sentPoints);
      tick();
    })();
    // Told where it is awaited next.
    onTheWay.catch(() => {});
    await before;
  }

  return {
    add: async (record) => {
      if (record.kind === 'metrics') {
        pieces.push(record);
        points += record.values.length;
      } else ends.push(record);
      if (points >= batchPoints || pieces.length + ends.length >= batchRecords) await send();
    },
    end: async () => {
      await send();
      await onTheWay;
    },
  };
}
