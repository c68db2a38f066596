import { BlockList, isIP } from 'node:net';

/**
 * What an IP address is to this machine (RFC 6890): what listens at any but a public one differs from machine to machine and
 * from network to network.
 */
export type AddressKind = 'loopback' | 'link-local' | 'private' | 'unspecified' | 'public';

type Range = readonly [address: string, bits: number];

const ranges: readonly (readonly [AddressKind, readonly Range[]])[] = [
  [
    'loopback',
    [
      ['127.0.0.0', 8],
      ['::1', 128],
    ],
  ],
  [
    'link-local',
    [
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ],
  ],
  [
    'unspecified',
    [
      ['0.0.0.0', 8],
      ['::', 128],
    ],
  ],
  [
    'private',
    [
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      // Shared address space (RFC 6598): carriers, clouds and overlay networks use it inside.
      ['100.64.0.0', 10],
      ['fc00::', 7],
      ['fec0::', 10],
    ],
  ],
];

/** IPv6 addresses that end in an IPv4 one: translated (RFC 6052), and the old compatible ones (RFC 4291, 2.5.5.1). */
const embedding = ['64:ff9b::', '::'];

const lists = ranges.map(([kind, subnets]) => {
  const list = new BlockList();
  for (const [address, bits] of subnets) {
    if (isIP(address) === 6) list.addSubnet(address, bits, 'ipv6');
    else {
      list.addSubnet(address, bits, 'ipv4');
      for (const prefix of embedding) list.addSubnet(`${prefix}${address}`, 96 + bits, 'ipv6');
    }
  }
  return { kind, list };
});

/** The kind of an IPv4 or IPv6 address; an IPv4 address inside of an IPv6 one (`::ffff:127.0.0.1`) is what it is as IPv4. */
export function kindOfAddress(address: string): AddressKind {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return lists.find(({ list }) => list.check(address, family))?.kind ?? 'public';
}
