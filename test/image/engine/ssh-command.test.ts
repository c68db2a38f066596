import { describe, expect, test } from 'vitest';
import {
  parseSshUrl,
  type SshAddress,
  sshArguments,
  trialCommand,
} from '../../../src/image/engine/ssh-command.ts';

function addressOf(url: string, program: 'docker' | 'podman' = 'docker'): SshAddress {
  const address = parseSshUrl(url, program);
  if ('fault' in address) throw new Error(address.fault);
  return address;
}

const before = ['-o', 'ConnectTimeout=30', '-T', '--'];
const after = ['docker', 'system', 'dial-stdio'];

describe('the arguments of ssh', () => {
  test.each<[string, readonly string[]]>([
    ['ssh://host', [...before, 'host', ...after]],
    ['ssh://host/', [...before, 'host', ...after]],
    ['ssh://me@host', ['-l', 'me', ...before, 'host', ...after]],
    ['ssh://me@host:2222', ['-l', 'me', '-p', '2222', ...before, 'host', ...after]],
    ['ssh://[::1]:22', ['-p', '22', ...before, '::1', ...after]],
    ['ssh://[fe80::1]', [...before, 'fe80::1', ...after]],
    ['ssh://my_alias', [...before, 'my_alias', ...after]],
    ['ssh://first.last%40corp@host', ['-l', 'first.last@corp', ...before, 'host', ...after]],
    [
      'ssh://host/run/user/1000/docker.sock',
      [...before, 'host', 'docker', '--host=unix:///run/user/1000/docker.sock', 'system', 'dial-stdio'],
    ],
    [
      "ssh://host/a%20b'$(c).sock",
      [...before, 'host', 'docker', "'--host=unix:///a b'\\''$(c).sock'", 'system', 'dial-stdio'],
    ],
  ])('%s', (url, expected) => {
    expect(sshArguments(addressOf(url))).toEqual(expected);
  });

  test('ask the Podman of the other machine for a Podman', () => {
    expect(sshArguments(addressOf('ssh://host/run/podman/podman.sock', 'podman')).slice(-4)).toEqual([
      ...['podman', '--url=unix:///run/podman/podman.sock', 'system', 'dial-stdio'],
    ]);
  });

  test('have a command beside them that a person can try', () => {
    expect(trialCommand(addressOf('ssh://me@host:22/x.sock'))).toBe(
      'ssh -l me -p 22 host docker --host=unix:///x.sock version',
    );
  });
});

describe('an address over SSH', () => {
  test.each([
    ['ssh://', 'names no host'],
    ['ssh:///run/docker.sock', 'names no host'],
    ['ssh://me@', 'is no address'],
    ['ssh://host:99999', 'is no address'],
    ['ssh://me:secret@host', 'has a password: use a key'],
    ['ssh://host?x=y', 'more than a host and a socket'],
    ['ssh://host#x', 'more than a host and a socket'],
    ['ssh://-oProxyCommand=touch', 'whose host'],
    ['ssh://%2doProxyCommand=touch', 'whose host'],
    ['ssh://-oProxyCommand=touch@host', 'whose user'],
    ['ssh://%2Dl@host', 'whose user'],
    ['ssh://ho%0Ast', 'whose host'],
    ['ssh://a%60b%60', 'whose host'],
    ['ssh://a%24%28b%29@host', 'whose user'],
    ['ssh://%ff@host', 'whose user'],
    ['ssh://host/%00', 'whose socket'],
  ])('%s is refused', (url, words) => {
    expect(parseSshUrl(url, 'docker')).toEqual({ fault: expect.stringContaining(words) });
  });
});
