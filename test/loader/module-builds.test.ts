import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const folder = temporaryFolder();
const compiler = 'gcc';
const at = (path: string): string => join(folder, path);

function compile(path: string, text: string, ...args: readonly string[]): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at('source.c'), text);
  const { status, stderr } = spawnSync(compiler, ['-O2', '-o', at(path), at('source.c'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return at(path);
}

const module = (path: string, text: string): string => compile(path, text, '-shared', '-fPIC');
const program = (path: string, text: string) => ({
  source: compile(path, `${text} int main(void){return 0;}`, '-rdynamic'),
  destination: `/${path}`,
});

async function result(binary: string, input: Partial<CheckInput>): Promise<CheckResult> {
  const images = ['profile:debian:12-slim'];
  const { results } = await check({ binaries: [binary], images, environment: {}, ...input });
  const [first] = results;
  if (first === undefined) throw new Error('no result');
  return first;
}

const refused = (subject: string, exitStatus: number) => ({
  verdict: 'fails',
  seen: { exitStatus },
  findings: expect.arrayContaining([expect.objectContaining({ rule: 'caller-refuses', subject })]),
});

/** What modules say about the program that they were built for (S35), in small ones that say it as the real ones do. */
describeNeeding('a module of another build of its program', [needProgram('gcc')], () => {
  test('PHP warns about an extension of another module API and goes on (S35)', async () => {
    const php = (build: string) =>
      program(
        'usr/bin/php8.2',
        `const char *build(void){return "${build}";} void zend_register_functions(void){}`,
      );
    const extension = module(
      'old.so',
      'const char *get_module(void){return "API20210902,NTS";} void zend_parse(void); void f(void){zend_parse();}',
    );
    const other = await result(extension, { add: [php('API20220829,NTS')] });
    expect(other).toMatchObject(refused('PHP API20210902,NTS', 0));
    expect(other.seen?.message).toBe(
      'Unable to initialize module\nModule compiled with module API=20210902\n' +
        'PHP    compiled with module API=20220829\nThese options need to match',
    );
    const threads = await result(extension, { add: [php('API20210902,TS')] });
    expect(threads.seen?.message).toMatch(/build ID=API20210902,NTS\n.*build ID=API20210902,TS\n/);
    expect((await result(extension, { add: [php('API20210902,NTS')] })).verdict).toBe('runs');
    expect((await result(extension, { add: [php('none')] })).verdict).toBe('runs');
  });

  test('PHP does not take a Zend extension of another engine (S35)', async () => {
    const php = program(
      'usr/bin/php8.2',
      'const char *build(void){return "API420220829,NTS";} void zend_register_functions(void){}',
    );
    const extension = (build: string) =>
      module(
        'debugger.so',
        `struct { int api; const char *build; } extension_version_info = { 4, "${build}" };
         void zend_parse(void); void f(void){zend_parse();}`,
      );
    const other = await result(extension('API420210902,NTS'), { add: [php] });
    expect(other).toMatchObject(refused('Zend API420210902,NTS', 0));
    expect(other.seen?.message).toMatch(
      /^requires Zend Engine API version 420210902\..*420220829.*is newer\.$/s,
    );
    expect((await result(extension('API420220829,NTS'), { add: [php] })).verdict).toBe('runs');
  });

  const signature = '8,4,8,0011111111010111001111111111111111';
  const ngx = (version: number, flags: string, symbol: string) => `
    struct module { long ctx, index; char *name; long spare0, spare1; unsigned long version; const char *signature; };
    struct module first = { -1, -1, 0, 0, 0, ${version}, "${flags}" };
    struct module *${symbol}[] = { &first, 0 };`;

  test('nginx takes modules of its own version and signature (S35)', async () => {
    const nginx = program('usr/sbin/nginx', ngx(1022001, signature, 'ngx_cycle'));
    const place = '/usr/lib/nginx/modules/';
    const of = (version: number, flags = signature) =>
      result(module('ngx_http_echo_module.so', ngx(version, flags, 'ngx_modules')), {
        add: [nginx],
        at: place,
      });
    const other = await of(1018000);
    expect(other).toMatchObject(refused('nginx version 1018000', 1));
    expect(other.seen?.message).toBe(
      `module "${place}ngx_http_echo_module.so" version 1018000 instead of 1022001`,
    );
    expect((await of(1022001, signature.replace(/1$/, '0'))).seen?.message).toMatch(
      /is not binary compatible$/,
    );
    expect((await of(1022001)).verdict).toBe('runs');
  });

  test('Perl takes modules of its own API (S35)', async () => {
    const perl = program(
      'usr/bin/perl',
      'const char *api(void){return "v5.36.0";} void Perl_xs_handshake(void){} void Perl_croak(void){}',
    );
    const of = (version: string) =>
      module(
        'XS.so',
        `void Perl_xs_handshake(const char *); void boot_XS(void){Perl_xs_handshake("${version}");}`,
      );
    const other = await result(of('v5.32.0'), { add: [perl] });
    expect(other).toMatchObject(refused('Perl v5.32.0', 1));
    expect((await result(of('v5.36.0'), { add: [perl] })).verdict).toBe('runs');
    const stock = { loadedBy: '/usr/bin/perl' };
    expect(await result(of('v5.32.0'), stock)).toMatchObject(refused('Perl v5.32.0', 1));
    expect((await result(of('v5.36.0'), stock)).verdict).toBe('runs');
  });

  test('Apache takes modules of its own series and version (S35)', async () => {
    const structure = (cookie: string, version: number, symbol: string) => `
      struct module { int version, minor, index; const char *name; void *handle; struct module *next; unsigned long magic; void *f[9]; };
      struct module ${symbol} = { ${version}, 1, -1, "mod_x.c", 0, 0, 0x${Buffer.from(cookie).toString('hex')}UL };`;
    const apache = program(
      'usr/sbin/apache2',
      `${structure('AP24', 20_120_211, 'core_module')} void *ap_prelinked_modules[1]; void ap_hook(void){}`,
    );
    const place = '/usr/lib/apache2/modules/';
    const of = (cookie: string, version: number) =>
      result(
        module(
          'mod_x.so',
          `${structure(cookie, version, 'x_module')} void ap_hook(void); void f(void){ap_hook();}`,
        ),
        {
          add: [apache],
          at: place,
        },
      );
    const earlier = await of('AP22', 20_051_115);
    expect(earlier).toMatchObject(refused('Apache AP22 20051115', 1));
    expect(earlier.seen?.message).toBe(
      `API module structure 'x_module' in file ${place}mod_x.so is garbled - expected signature 41503234 but saw 41503232 - ` +
        'perhaps this is not an Apache module DSO, or was compiled for a different Apache version?',
    );
    expect((await of('AP24', 20_990_101)).seen?.message).toBe(
      'Module "mod_x.c" is not compatible with this version of Apache (found 20990101, need 20120211). ' +
        'Please contact the vendor for the correct version.',
    );
    expect((await of('AP24', 20_120_211)).verdict).toBe('runs');
    const garbled = (text: string) =>
      result(module('mod_x.so', `${text} void ap_hook(void); void f(void){ap_hook();}`), {
        add: [apache],
        at: place,
      });
    for (const [text, saw] of [
      [structure('AP24', 20_120_211, 'x_module').replace(/0x4150\d+UL/, '0'), '00000000'],
      [structure('AP24', 20_120_211, 'x_module').replace(/= \{ .*/, '= { 0 };'), '00000000'],
      [
        structure('AP24', 20_120_211, 'x_module').replace(/0x4150\d+UL/, '0x102030405060708UL'),
        '102030405060708',
      ],
    ] as const)
      expect((await garbled(text)).seen?.message).toContain(
        `expected signature 41503234 but saw ${saw} - perhaps`,
      );
    const beside = `${structure('AP24', 20_120_211, 'x_module')} struct module a_module;`;
    expect((await garbled(beside)).verdict).toBe('runs');
    expect((await garbled('int x_module(void){return 0;} char y_module[8];')).verdict).toBe('runs');
  });

  test('PostgreSQL takes libraries of its own version, which its own libraries have (S35)', async () => {
    const magic = (version: number) =>
      `static const struct { int len, version, args, keys, name, byval; char extra[32]; } magic =
         { sizeof magic, ${version}, 100, 32, 64, 1, "PostgreSQL" };
       const void *Pg_magic_func(void){return &magic;}`;
    const postgres = program('usr/lib/postgresql/15/bin/postgres', '');
    const folderOf = '/usr/lib/postgresql/15/lib/';
    const own = { source: module('plpgsql.so', magic(1500)), destination: `${folderOf}plpgsql.so` };
    const input = { add: [postgres, own], at: folderOf };
    const other = await result(module('ip4r.so', magic(1300)), input);
    expect(other).toMatchObject(refused('PostgreSQL 13', 1));
    expect(other.seen?.message).toBe(`incompatible library "${folderOf}ip4r.so": version mismatch`);
    expect((await result(module('ip4r.so', magic(1500)), input)).verdict).toBe('runs');
  });

  test('Node.js from level 9 of Node-API on dies of an addon with a higher one (S35)', async () => {
    const addon = (level: number) =>
      module(
        'addon.node',
        `int node_api_module_get_api_version_v1(void){return ${level};} void *napi_register_module_v1(void){return 0;}`,
      );
    const node = program('usr/local/bin/node', 'void napi_create(void){}');
    const of = (level: number, header: string) => {
      writeFileSync(at('node_version.h'), `#define NODE_MODULE_VERSION 115\n${header}\n`);
      const headers = {
        source: at('node_version.h'),
        destination: '/usr/local/include/node/node_version.h',
      };
      return result(addon(level), { add: [node, headers] });
    };
    expect(await of(10, '#define NAPI_VERSION 9')).toMatchObject(refused('Node-API 10', 139));
    expect(await of(11, '#define NODE_API_SUPPORTED_VERSION_MAX 10')).toMatchObject(
      refused('Node-API 11', 139),
    );
    expect((await of(9, '#define NAPI_VERSION 9')).verdict).toBe('runs');
    expect((await of(0x7fffffff, '#define NAPI_VERSION 9')).verdict).toBe('runs');
    expect((await of(9, '#define NAPI_VERSION  8')).reason).toMatch(/level 9 of Node-API/);
    const plain = await result(addon(12), { add: [node] });
    expect([plain.verdict, plain.reason]).toEqual(['unknown', expect.stringMatching(/level 12/)]);
  });
});
