import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Seals secrets, so that a copy of the database does not give them away. */
export interface SecretBox {
  seal(secret: string): Promise<Buffer>;
  open(sealed: Buffer): Promise<string>;
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with the key `<home>/keys/webhooks.key`, made at first use; control processes elsewhere need the same file. */
export function createSecretBox(home: string): SecretBox {
  let reading: Promise<Buffer> | undefined;
  const key = () => {
    reading ??= readKey(join(home, 'keys')).catch((error) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
  return {
    seal: async (secret) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', await key(), nonce);
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open: async (sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', await key(), sealed.subarray(0, nonceBytes));
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      const text = decipher.update(sealed.subarray(nonceBytes + tagBytes));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    },
  };
}

async function readKey(folder: string): Promise<Buffer> {
  const path = join(folder, 'webhooks.key');
  await mkdir(folder, { recursive: true });
  // Whoever comes second reads what the first wrote.
  await writeFile(path, randomBytes(32), { mode: 0o600, flag: 'wx' }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(path);
}
