import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../../check-compiled.ts';
import { describeNeeding, needProgram } from '../../needs.ts';

const { compiled } = compiledFolder();
const plain = 'int main(void){return 0;}';
const image = { images: ['profile:debian:13-slim'], loadedBy: '/host' };

/** Seen with glibc 2.41 (Debian 13) and 2.43: dlopen, RTLD_NOW. */
describeNeeding('dlopen of an object with an executable stack', [needProgram('gcc')], () => {
  const plugin = () => compiled('plug.so', 'int f(void){return 0;}', '-shared', '-fPIC', '-Wl,-z,execstack');
  const host = (...options: readonly string[]) => [
    { source: compiled('host', plain, ...options), destination: '/host' },
  ];

  test('is refused where nothing made the stack executable (G61)', async () => {
    expect(await checked(plugin(), { ...image, add: host() })).toMatchObject({ verdict: 'fails' });
  });

  test('succeeds in a program that has one itself (G61)', async () => {
    const add = host('-Wl,-z,execstack');
    expect(await checked(plugin(), { ...image, add })).toMatchObject({ verdict: 'runs' });
  });

  test('succeeds behind a preload that has one (G61)', async () => {
    const preload = { source: plugin(), destination: '/opt/pre.so' };
    const env = ['LD_PRELOAD=/opt/pre.so'];
    const result = await checked(plugin(), { ...image, add: [...host(), preload], env });
    expect(result).toMatchObject({ verdict: 'runs' });
  });

  test.each([
    ['2', 'unknown'],
    ['3', 'fails'],
    ['0', 'fails'],
  ])('with glibc.rtld.execstack=%s under 2.41 is %s (G61)', async (value, verdict) => {
    const env = [`GLIBC_TUNABLES=glibc.rtld.execstack=${value}`];
    expect(await checked(plugin(), { ...image, add: host(), env })).toMatchObject({ verdict });
  });
});
