import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const { compiled } = compiledFolder();
const plain = 'int main(void){return 0;}';

/** Seen with dlopen(…, RTLD_NOW) in Debian 12, and with its python3. */
describeNeeding('a file that a program opens', [needProgram('gcc')], () => {
  const host = () => ({ source: compiled('host', plain), destination: '/host' });

  test('a program that is named as a library is opened where the call says by whom (G13)', async () => {
    const plugin = compiled('plug.so', plain, '-pie');
    const opened = await checked(plugin, { add: [host()], loadedBy: '/host' });
    expect(opened).toMatchObject({
      verdict: 'fails',
      seen: { message: '/plug.so: cannot dynamically load position-independent executable', exitStatus: 1 },
    });
    expect(opened.findings[0]?.remedies[0]?.action).toBe('It is a program: link it with -shared.');
    expect(await checked(plugin)).toMatchObject({ verdict: 'runs' });
  });

  test('a library that names a loader and has no entry point is opened, as its name says (K31)', async () => {
    const text =
      'const char loader[] __attribute__((section(".interp"))) = "/lib64/ld-linux-x86-64.so.2"; int f(void){return 0;}';
    const library = compiled('interp.so', text, '-shared', '-fPIC');
    expect(await checked(library)).toMatchObject({ verdict: 'runs', binary: { kind: 'executable' } });
  });

  test('what is linked with -z nodlopen is refused by dlopen, and loaded at a start (G13)', async () => {
    const text = 'int f(void){return 0;}';
    const library = compiled('libf.so', text, '-shared', '-fPIC', '-Wl,-z,nodlopen', '-Wl,-soname,libf.so');
    const refused = {
      verdict: 'fails',
      seen: { message: '/libf.so: shared object cannot be dlopen()ed', exitStatus: 1 },
    };
    expect(await checked(library, { add: [host()], loadedBy: '/host' })).toMatchObject(refused);
    const needs = compiled('needs', 'int f(void);int main(void){return f();}', library);
    const add = [{ source: library, destination: '/usr/lib/' }];
    expect(await checked(needs, { add })).toMatchObject({ verdict: 'runs' });
  });

  test('a library of the plugin is opened by dlopen too, unless the caller has it (G13)', async () => {
    const library = compiled(
      'libg.so',
      'int g(void){return 0;}',
      '-shared',
      '-fPIC',
      '-Wl,-z,nodlopen',
      '-Wl,-soname,libg.so',
    );
    const plugin = compiled('needsg.so', 'int g(void);int f(void){return g();}', '-shared', '-fPIC', library);
    const add = [{ source: library, destination: '/usr/lib/' }];
    const refused = await checked(plugin, { add: [...add, host()], loadedBy: '/host' });
    expect(refused.seen?.message).toBe('libg.so: shared object cannot be dlopen()ed');
    const caller = compiled('has-g', 'int g(void);int main(void){return g();}', library);
    const has = await checked(plugin, {
      add: [...add, { source: caller, destination: '/host' }],
      loadedBy: '/host',
    });
    expect(has.verdict).toBe('runs');
  });

  test('CPython 3 calls the function that has the name of the file (S35)', async () => {
    const python = {
      source: compiled('python', `${plain} void PyModule_Create2(void){}`, '-rdynamic'),
      destination: '/usr/bin/python3.11',
    };
    const module = (file: string, ...inits: readonly string[]) => {
      const functions = inits.map((init) => `void ${init}(void){PyModule_Create2();}`).join(' ');
      return compiled(file, `extern void PyModule_Create2(void); ${functions}`, '-shared', '-fPIC');
    };
    const imported = (path: string) =>
      checked(path, { add: [python], at: '/usr/lib/python3/dist-packages/' });
    const other = await imported(module('renamed.abi3.so', 'PyInit_other'));
    expect(other).toMatchObject({
      verdict: 'fails',
      seen: {
        message: 'ImportError: dynamic module does not define module export function (PyInit_renamed)',
        exitStatus: 1,
      },
    });
    expect(other.findings[0]?.remedies[0]?.command).toBe(
      'COPY renamed.abi3.so /usr/lib/python3/dist-packages/other.abi3.so',
    );
    const old = await checked(module('old.so', 'initold'), {
      add: [python],
      loadedBy: '/usr/bin/python3.11',
    });
    expect(old.findings[0]).toMatchObject({ rule: 'caller-refuses', subject: 'initold' });
    expect(await imported(module('right.so', 'PyInit_right'))).toMatchObject({ verdict: 'runs' });
    expect(await imported(module('bundle.so', 'PyInit_a', 'PyInit_b'))).toMatchObject({ verdict: 'runs' });
    expect(await imported(module('librust.so', 'PyInit_rust'))).toMatchObject({ verdict: 'runs' });
  });
});
