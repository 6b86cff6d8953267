import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { DividendError } from '@dividend/core/errors';
import { createNoteKey, type NoteSigner } from '@dividend/core/ledger';
import { openKeyFile } from '../platform/key-file.ts';
import { sha256 } from './ledger-hash.ts';

/** An Ed25519 key pair (RFC 8037). */
interface LedgerKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
}

export const ledgerKeyPath = (home: string): string => join(home, 'keys', 'ledger.json');

/**
 * Signs the checkpoints of `ledger` with the key of the home folder, made at first use and readable by its owner only.
 * @throws {DividendError} LEDGER_KEY_INVALID, DISK_FULL
 */
export function openLedgerSigner(home: string): (ledger: string) => NoteSigner {
  const path = ledgerKeyPath(home);
  const key = openKeyFile({
    path,
    make: makeKey,
    parse: parseKey,
    damaged: () =>
      new DividendError(
        'LEDGER_KEY_INVALID',
        'failed_precondition',
        `The ledger key '${path}' is not readable as an Ed25519 key; restore it from a backup, for nothing else can sign this ledger`,
      ),
  });
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const publicKey = Buffer.from(key.x, 'base64url');
  return (ledger) => ({
    key: createNoteKey(sha256, ledger, publicKey),
    sign: (message) => sign(null, message, privateKey),
  });
}

function makeKey(): LedgerKey {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({
    format: 'jwk',
  }) as unknown as LedgerKey;
  return { kty: 'OKP', crv: 'Ed25519', x, d };
}

function parseKey(content: unknown): LedgerKey | undefined {
  const { x, d } = content as Partial<LedgerKey>;
  if (typeof x !== 'string' || typeof d !== 'string') return undefined;
  const key: LedgerKey = { kty: 'OKP', crv: 'Ed25519', x, d };
  createPrivateKey({ key: { ...key }, format: 'jwk' });
  return key;
}
