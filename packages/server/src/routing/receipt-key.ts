import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import type { Mac } from '@dividend/core/receipts';
import { openKeyFile } from '../platform/key-file.ts';

export interface ReceiptKey {
  readonly id: number;
  /** 32 random bytes as base64url text; the MAC is keyed with the bytes of the text. */
  readonly secret: string;
}

/**
 * Reads `<home>/keys/receipt.json`, made at first start. Only its owner may read it.
 * @throws {DividendError} RECEIPT_KEY_INVALID, DISK_FULL
 */
export function openReceiptKey(home: string): ReceiptKey {
  const path = join(home, 'keys', 'receipt.json');
  return openKeyFile({
    path,
    make: () => ({ id: 1, secret: randomBytes(32).toString('base64url') }),
    parse: parseKey,
    damaged: () =>
      new DividendError(
        'RECEIPT_KEY_INVALID',
        'failed_precondition',
        `The receipt key '${path}' is not readable as a key; restore it, for receipts given so far are worthless without it`,
      ),
  });
}

export function createReceiptMac(key: ReceiptKey): Mac {
  const secret = createSecretKey(Buffer.from(key.secret, 'utf8'));
  return (message) => createHmac('sha256', secret).update(message).digest();
}

function parseKey(content: unknown): ReceiptKey | undefined {
  const { id, secret } = content as Partial<ReceiptKey>;
  if (typeof id !== 'number' || typeof secret !== 'string') return undefined;
  return Buffer.from(secret, 'base64url').length >= 32 ? { id, secret } : undefined;
}
