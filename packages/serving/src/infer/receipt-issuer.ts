import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { encodeReceipt, type ReceiptFields } from '@dividend/core/receipts';

/** Issues signed receipts under the key of the snapshot. */
export interface ReceiptIssuer {
  readonly secret: string;
  issue(fields: Omit<ReceiptFields, 'nonce'>): string;
}

/** Random bytes are drawn in blocks: a call for 6 bytes costs as much as one for thousands. */
const poolBytes = 6 * 1024;

export function createReceiptIssuer(secret: string): ReceiptIssuer {
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  const mac = (message: Uint8Array) => createHmac('sha256', key).update(message).digest();
  let pool = randomBytes(poolBytes);
  let offset = 0;
  const nextNonce = (): number => {
    if (offset === poolBytes) {
      pool = randomBytes(poolBytes);
      offset = 0;
    }
    offset += 6;
    return pool.readUIntBE(offset - 6, 6);
  };
  return { secret, issue: (fields) => encodeReceipt({ ...fields, nonce: nextNonce() }, mac) };
}
