import { describe, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { composedBounding, defaultPrivileges, isCapability } from '../../src/container/privileges.ts';
import { capabilityNames } from '../../src/image/capability/capability-names.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { indexOf } from '../plan/command-image.ts';
import { fixture } from '../rules/start.ts';

const bitCount = (set: bigint): number => capabilityNames(set).length;

describe('the bounding set', () => {
  test('of docker has 14 capabilities, that of podman 11', () => {
    expect(defaultPrivileges('docker').bounding).toBe(0xa80425fbn);
    expect(bitCount(defaultPrivileges('podman').bounding)).toBe(11);
  });

  test.each([
    [['sys_admin'], [], 0xa82425fbn],
    [[], ['NET_BIND_SERVICE'], 0xa80421fbn],
    [[], ['all'], 0n],
    [['NET_BIND_SERVICE'], ['ALL'], 0x400n],
    [['CAP_SYS_ADMIN'], ['cap_sys_admin'], 0xa82425fbn],
    [['ALL'], ['SYS_ADMIN'], 0x1ffffdfffffn],
  ])('with %j added and %j dropped is as the engine composes it', (add, drop, set) => {
    expect(composedBounding('docker', add, drop)).toBe(set);
  });

  test.each([
    ['NET_ADMIN', true],
    ['cap_net_admin', true],
    ['all', true],
    ['NET', false],
  ])('takes %s for a capability: %s', (name, is) => {
    expect(isCapability(name)).toBe(is);
  });
});

describe('a program with cap_net_bind_service=ep', () => {
  const folder = temporaryFolder();
  const capability = '0100000200040000000000000000000000000000';

  const outcome = async (input: Partial<CheckInput>) => {
    const server = { ...fixture('server', 'glibc-static'), capability };
    const image = await indexOf({ base: 'scratch', config: { cmd: ['/server'] }, files: [server] }, folder);
    const { results } = await check({ binaries: [], images: [image], environment: {}, ...input });
    const note = results[0]?.findings.find(({ rule }) => rule === 'file-capabilities-note');
    if (note !== undefined) expect(note.remedies[0]?.command).toBe('setcap -r server');
    return {
      verdict: results[0]?.verdict,
      seen: results[0]?.seen?.message,
      rules: results[0]?.findings.map(({ rule }) => rule),
    };
  };

  test.each([
    [{}, 'runs', ['file-capabilities-note']],
    [{ capDrop: ['ALL'] }, 'fails', ['file-capabilities']],
    [{ capDrop: ['ALL'], noNewPrivileges: true, user: '1000' }, 'fails', ['file-capabilities']],
    [{ capDrop: ['ALL'], capAdd: ['NET_BIND_SERVICE'] }, 'runs', []],
    [{ noNewPrivileges: true }, 'runs', ['file-capabilities-note']],
  ])('with %j %s', async (input, verdict, rules) => {
    const seen = verdict === 'fails' ? 'exec /server: operation not permitted' : undefined;
    expect(await outcome(input)).toEqual({ verdict, seen, rules });
  });
});
