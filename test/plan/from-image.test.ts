import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/examine/check-report.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { fixture } from '../rules/start.ts';
import { type CommandImage, resultsOf, scriptFile } from './command-image.ts';

const folder = temporaryFolder();
const program = fixture('operator', 'glibc-static');
const debian: CommandImage = { base: 'debian:12-slim', config: { cmd: ['bash'] } };
const only = (results: readonly CheckResult[]): CheckResult => {
  const [result] = results;
  if (result === undefined || results.length > 1) throw new Error(`${results.length} results`);
  return result;
};

describe("the image's own command", () => {
  test('in the shell form needs a shell, and the remedy is the exec form', async () => {
    const config = { entrypoint: ['/bin/sh', '-c', 'operator'] };
    const result = only(await resultsOf({ base: 'scratch', config, files: [program] }, folder));
    expect(result).toMatchObject({
      verdict: 'fails',
      command: { argv: ['/bin/sh', '-c', 'operator'], link: 1 },
      seen: { exitStatus: 127 },
    });
    expect(result.seen?.message).toContain('exec: "/bin/sh": stat /bin/sh: no such file or directory');
    expect(result.findings[0]?.remedies).toMatchObject([{ command: 'ENTRYPOINT ["operator"]' }]);
  });

  test('in the exec form is the program itself', async () => {
    const config = { entrypoint: ['/operator'], cmd: ['--serve'] };
    const result = only(await resultsOf({ base: 'scratch', config, files: [program] }, folder));
    expect(result).toMatchObject({
      verdict: 'runs',
      binary: { path: '/operator', at: '/operator', kind: 'static-executable' },
      command: { argv: ['/operator', '--serve'] },
    });
  });

  test('is looked up in PATH', async () => {
    expect(only(await resultsOf(debian, folder))).toMatchObject({
      verdict: 'runs',
      binary: { at: '/usr/bin/bash' },
    });
    const env = ['PATH=/nowhere'];
    const nowhere = { ...debian, config: { ...debian.config, env } };
    const { seen } = only(await resultsOf(nowhere, folder));
    expect(seen?.message).toContain('exec: "bash": executable file not found in $PATH');
    expect(seen?.exitStatus).toBe(127);
  });

  test('with a slash starts at the working directory', async () => {
    const config = { cmd: ['./operator'], workingDir: '/srv' };
    const files = [{ ...program, path: 'srv/operator' }];
    expect(only(await resultsOf({ base: 'scratch', config, files }, folder))).toMatchObject({
      verdict: 'runs',
      binary: { at: '/srv/operator' },
    });
  });

  test('that there is none of is what the engine says', async () => {
    const call = { engine: 'docker-20.10' } as const;
    expect(only(await resultsOf({ base: 'debian:12-slim' }, folder, call))).toMatchObject({
      verdict: 'fails',
      command: { argv: [] },
      seen: { message: 'docker: Error response from daemon: No command specified', exitStatus: 125 },
      findings: [{ rule: 'command-missing' }],
    });
  });

  test.each([
    [{ args: ['/none'] }, ['/operator', '/none']],
    [{ entrypoint: '/bin/ls' }, ['/bin/ls']],
    [{ entrypoint: '/bin/ls', args: ['/'] }, ['/bin/ls', '/']],
    [{ entrypoint: '', args: ['ls', '/'] }, ['ls', '/']],
    [{ entrypoint: '' }, []],
  ])('with %j is %j', async (call, argv) => {
    const config = { entrypoint: ['/operator'], cmd: ['--serve'] };
    const [result] = await resultsOf({ ...debian, config, files: [program] }, folder, call);
    expect(result?.command?.argv).toEqual(argv);
  });
});

describe('an absolute path that is no file on disk', () => {
  test('is a program of the image', async () => {
    const call = { binaries: ['/srv/only-there/operator'], args: ['-v'] };
    const files = [{ ...program, path: 'srv/only-there/operator' }];
    expect(only(await resultsOf({ base: 'scratch', files }, folder, call))).toMatchObject({
      verdict: 'runs',
      binary: { path: '/srv/only-there/operator' },
      command: { argv: ['/srv/only-there/operator', '-v'] },
    });
  });

  test('is a shared object of the image', async () => {
    const call = { binaries: ['/srv/only-there/libc.so.6'] };
    const files = [fixture('srv/only-there/libc.so.6', 'addon.node')];
    const result = only(await resultsOf({ ...debian, files }, folder, call));
    expect(result).toMatchObject({ binary: { kind: 'shared-object' }, command: null });
  });

  test('is a wrong call where the image does not have it either', async () => {
    const call = { binaries: ['/srv/only-there/operator'] };
    const result = only(await resultsOf(debian, folder, call));
    expect(result).toMatchObject({ verdict: 'unknown', problem: 'call' });
    expect(result.reason).toMatch(
      /^\/srv\/only-there\/operator: no such file, neither on this machine nor in /,
    );
  });

  test('is missing where the call says where it would stand', async () => {
    const call = { binaries: ['/srv/only-there/operator'], at: '/usr/bin/' };
    const files = [scriptFile('/srv/only-there/operator', '#!/bin/sh\n')];
    expect(only(await resultsOf({ ...debian, files }, folder, call)).reason).toMatch(/: no such file; give /);
  });
});
