import { expect, test } from 'vitest';
import { capabilitiesOfGetcap } from '../../../src/image/capability/file-capabilities.ts';

test.each([
  ['server cap_net_bind_service=ep', '0100000200040000000000000000000000000000'],
  ['server = cap_net_bind_service+ep', '0100000200040000000000000000000000000000'],
  ['server cap_net_bind_service=p', '0000000200040000000000000000000000000000'],
  ['server cap_net_bind_service=ei', '0100000200000000000400000000000000000000'],
  ['server cap_chown,cap_bpf=ep cap_bpf-e', '0100000201000000000000008000000000000000'],
  ['server =ep', '01000002ffffffff00000000ff01000000000000'],
  ['server', null],
  ['other cap_chown=ep', null],
])('getcap’s line %s is %s', (line, hex) => {
  expect(capabilitiesOfGetcap(['server'], `${line}\n`).get('server') ?? null).toBe(hex);
});

test('a path may hold spaces, and files without capabilities have no line', () => {
  const printed = 'my server cap_chown=ep\nother cap_kill=ep cap_bpf+p\n';
  expect([...capabilitiesOfGetcap(['my', 'my server', 'third', 'other'], printed).keys()]).toEqual([
    'my server',
    'other',
  ]);
});
