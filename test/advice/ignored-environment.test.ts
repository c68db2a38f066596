import { chmodSync, copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const { at, compiled } = compiledFolder();

/** Seen in Debian 12 as user 1000: the loader of a setuid program ignores both ways to the library. */
describeNeeding('a setuid program', [needProgram('gcc')], () => {
  test.each([
    ['LD_LIBRARY_PATH', [], { LD_LIBRARY_PATH: '/opt/l' }],
    ['$ORIGIN', ['-Wl,-rpath,$ORIGIN/../l'], {}],
  ])('is told that %s is ignored, and gets a link that cures (G80)', async (ignored, options, env) => {
    const library = compiled('libf.so', 'int f(void){return 0;}', '-shared', '-Wl,-soname,libf.so');
    const app = compiled('app', 'int f(void);int main(void){return f();}', library, ...options);
    copyFileSync(app, at('setuid'));
    chmodSync(at('setuid'), 0o4755);
    const start = {
      add: [{ source: library, destination: '/opt/l/' }],
      at: '/opt/bin/',
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      user: '1000',
    };
    expect(await checked(app, start)).toMatchObject({ verdict: 'runs' });
    const { verdict, findings } = await checked(at('setuid'), start);
    expect(verdict).toBe('fails');
    expect(findings[0]?.message).toContain(`so the loader ignores ${ignored}.`);
    expect(findings[0]?.remedies).toEqual([
      expect.objectContaining({ command: 'RUN ln -s /opt/l/libf.so /usr/lib/libf.so', proven: true }),
    ]);
  });
});
