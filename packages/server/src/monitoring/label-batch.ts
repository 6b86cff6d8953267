import type { FeedbackRequest } from '@dividend/contracts/api';
import { decodeReceipt, type Mac, type Receipt } from '@dividend/core/receipts';

/** A label whose receipt is genuine. */
export interface GenuineLabel {
  /** Its place in the request. */
  readonly index: number;
  readonly receipt: Receipt;
  readonly label: number;
  readonly observedAt: Date | null;
}

export interface LabelBatch {
  /** Each receipt once, in the order of receipts. */
  readonly labels: readonly GenuineLabel[];
  /** Labels whose receipt came before in the same batch. */
  readonly repeated: readonly GenuineLabel[];
  readonly rejected: readonly { index: number; reason: string }[];
}

/** Tells genuine receipts from forged ones; nothing is looked up. */
export function readLabels(request: FeedbackRequest, mac: Mac): LabelBatch {
  const labels = new Map<string, GenuineLabel>();
  const repeated: GenuineLabel[] = [];
  const rejected: { index: number; reason: string }[] = [];
  request.labels.forEach(({ receipt: id, label, observedAt }, index) => {
    const receipt = decodeReceipt(id, mac);
    const observed = observedAt === undefined ? null : new Date(observedAt);
    if (!receipt) rejected.push({ index, reason: 'The receipt is not one that this platform gave out' });
    else if (Number.isNaN(observed?.getTime()))
      rejected.push({ index, reason: `observedAt must be a time in RFC 3339, is '${observedAt}'` });
    else if (labels.has(id)) repeated.push({ index, receipt, label, observedAt: observed });
    else labels.set(id, { index, receipt, label, observedAt: observed });
  });
  // Two batches that share receipts must insert them in the same order.
  const sorted = [...labels.values()].sort((a, b) => (a.receipt.id < b.receipt.id ? -1 : 1));
  return { labels: sorted, repeated, rejected };
}
