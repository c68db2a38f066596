import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const { compiled } = compiledFolder();

/** As in Debian 12 with lua5.1, lua5.4 and lua-socket: /usr/bin/lua is lua5.1, and socket/core.so of 5.4 loads in lua5.4 only. */
describeNeeding('a plugin in a folder that is named after a release', [needProgram('gcc')], () => {
  const program = (path: string, symbol: string) => ({
    source: compiled(path, `void ${symbol}(void){} int main(void){return 0;}`, '-rdynamic'),
    destination: `/usr/bin/${path}`,
  });
  const lua = () => [
    program('lua', 'luaL_register'),
    program('lua5.1', 'luaL_register'),
    program('lua5.4', 'luaL_setfuncs'),
  ];
  const module = () =>
    compiled(
      'core.so',
      'void luaL_setfuncs(void); void luaopen_core(void){luaL_setfuncs();}',
      '-shared',
      '-fPIC',
    );

  test.each([
    ['/usr/lib/x86_64-linux-gnu/lua/5.4/', 'runs'],
    ['/usr/lib/x86_64-linux-gnu/lua/5.1/', 'fails'],
    ['/opt/lua/', 'fails'],
  ])('of Lua in %s %s (S34)', async (at, verdict) => {
    expect(await checked(module(), { add: lua(), at })).toMatchObject({ verdict });
  });

  test('of a Lua that the image lacks is examined without one (S34)', async () => {
    const { verdict, findings } = await checked(module(), {
      add: lua().slice(1),
      at: '/usr/lib/lua/5.2/',
    });
    expect(verdict).toBe('runs');
    expect(findings).toEqual([expect.objectContaining({ rule: 'host-symbols' })]);
  });

  test('of PHP is examined in the PHP of its module API (S34)', async () => {
    const php = [program('php', 'zend_new'), program('php7.4', 'zend_old'), program('php8.2', 'zend_new')];
    const text = 'void zend_old(void); void (*entry)(void) = zend_old; void *get_module(void){return entry;}';
    const extension = compiled('old.so', text, '-shared', '-fPIC');
    expect(await checked(extension, { add: php, at: '/usr/lib/php/20190902/' })).toMatchObject({
      verdict: 'runs',
    });
    expect(await checked(extension, { add: php, at: '/usr/lib/php/20220829/' })).toMatchObject({
      verdict: 'fails',
    });
  });
});
