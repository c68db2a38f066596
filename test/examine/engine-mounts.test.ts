import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const { compiled } = compiledFolder();
const plain = 'int main(void){return 0;}';

/** Seen with docker run of Docker 20.10: /dev, /dev/shm, /proc and /sys are mounts, /run and /tmp are the image's. */
describeNeeding('what the engine mounts over the image', [needProgram('gcc')], () => {
  test.each(['/dev/app', '/dev/shm/app', '/proc/app', '/sys/app'])('%s is hidden (R9)', async (at) => {
    const result = await checked(compiled('app', plain), { at });
    expect(result).toMatchObject({ verdict: 'fails', seen: { exitStatus: 127 } });
    expect(result.seen?.message).toContain(`exec: "${at}": stat ${at}: no such file or directory`);
    expect(result.findings[0]?.message).toContain('the engine mounts a file system there');
    expect(result.findings[0]?.remedies[0]?.command).toBe('COPY app /usr/local/bin/app');
  });

  test.each(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])(
    '%s is the engine’s own file (R9)',
    async (at) => {
      const result = await checked(compiled('app', plain), { at });
      expect(result).toMatchObject({ verdict: 'fails', seen: { exitStatus: 126 } });
      expect(result.seen?.message).toContain(`exec: "${at}": permission denied`);
      expect(result.findings[0]?.message).toBe(
        `${at} may not be executed: the engine mounts a file of its own there.`,
      );
      expect(result.findings[0]?.remedies).toHaveLength(1);
    },
  );

  test.each(['/run/app', '/tmp/app', '/device/app'])('%s is not (R9)', async (at) => {
    expect(await checked(compiled('app', plain), { at })).toMatchObject({ verdict: 'runs' });
  });

  test('a library in /dev/shm is not found (R9)', async () => {
    const library = compiled('libf.so', 'int f(void){return 0;}', '-shared', '-Wl,-soname,libf.so');
    const app = compiled('needs', 'int f(void);int main(void){return f();}', library, '-Wl,-rpath,/dev/shm');
    const add = [{ source: library, destination: '/dev/shm/' }];
    expect(await checked(app, { add })).toMatchObject({ verdict: 'fails', seen: { exitStatus: 127 } });
  });
});
