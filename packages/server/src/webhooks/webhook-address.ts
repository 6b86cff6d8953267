import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { DividendError } from '@dividend/core/errors';

const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  notPublic.addSubnet(network, prefix, 'ipv4');

/** Addresses that the world routes. All others of IPv6 (local, multicast, mapped or translated IPv4) are no place to send to. */
const publicV6 = new BlockList();
publicV6.addSubnet('2000::', 3, 'ipv6');
/** Within it: documentation, and the ways to write an IPv4 address as one of IPv6. */
const embeddedV6 = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  embeddedV6.addSubnet(network, prefix, 'ipv6');

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && publicV6.check(address, 'ipv6') && !embeddedV6.check(address, 'ipv6');
}

/**
 * Addresses of a host, resolved once: whoever connects uses these and asks no name server again.
 * @throws {DividendError} WEBHOOK_ADDRESS_REFUSED where any of them is private, loopback, link-local or reserved
 */
export async function resolveAddresses(
  hostname: string,
  allowsPrivate: boolean,
): Promise<{ address: string; family: number }[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host, { all: true });
  const refused = allowsPrivate ? undefined : found.find(({ address }) => !isPublicAddress(address));
  if (refused === undefined) return found;
  throw new DividendError(
    'WEBHOOK_ADDRESS_REFUSED',
    'invalid_argument',
    `Webhook URL leads to '${refused.address}', which is not a public address; allow such addresses with DIVIDEND_WEBHOOKS_PRIVATE=1`,
    { field: 'url' },
  );
}
