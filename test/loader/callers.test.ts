import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import nodeExports from '../../src/loader/callers/node-exports.json' with { type: 'json' };
import type { CheckInput } from '../../src/plan/check-input.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const folder = temporaryFolder();
const at = (path: string): string => join(folder, path);

function run(compiler: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(compiler, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${compiler} ${args.join(' ')}: ${stderr}`);
}

function source(name: string, text: string): string {
  writeFileSync(at(`${name}.c`), text);
  return `${name}.c`;
}

function library(path: string, text: string, ...args: readonly string[]): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  run('gcc', '-shared', '-fPIC', '-o', path, source('library', text), ...args);
  return at(path);
}

const image = 'profile:debian:12-slim';

async function result(binary: string, input: Partial<CheckInput> = {}): Promise<CheckResult> {
  const { results } = await check({ binaries: [binary], images: [image], environment: {}, ...input });
  const [first] = results;
  if (first === undefined) throw new Error('no result');
  return first;
}

const rulesOf = ({ findings }: CheckResult): readonly string[] => findings.map(({ rule }) => rule);
const commands = ({ findings }: CheckResult): readonly (string | null)[] =>
  findings.flatMap(({ remedies }) => remedies.map(({ command }) => command));

/** Plugins and the programs that load them (S31 to S36); every program is a small one that carries the name of a real one. */
describeNeeding('plugins and their callers', [needProgram('gcc')], () => {
  const program = (path: string, text: string): { source: string; destination: string } => {
    mkdirSync(dirname(at(path)), { recursive: true });
    run('gcc', '-rdynamic', '-o', path, source('program', text));
    return { source: at(path), destination: `/${path}` };
  };
  const has = (path: string, from: string): { source: string; destination: string } => ({
    source: from,
    destination: path,
  });
  let python = has('', '');
  let php = has('', '');

  beforeAll(() => {
    python = program('usr/bin/python3.11', 'void PyLong_FromLong(void){} int main(void){return 0;}');
    php = program('usr/bin/php8.2', 'void zend_parse(void){} int main(void){return 0;}');
  });

  test.each([
    ['/usr/lib/ruby/vendor_ruby/gio2.so', '/usr/lib/ruby/vendor_ruby/glib2.so'],
    ['/usr/local/bundle/gems/gio2-4.2.0/lib/gio2.so', '/usr/local/bundle/gems/glib2-4.2.0/lib/glib2.so'],
  ])(
    'Ruby loads plugins as its .rb files say: whether %s comes after the one that it needs is unknown (S33)',
    async (gio, glib) => {
      const ruby = program('usr/bin/ruby3.1', 'int rb_cObject; int main(void){return 0;}');
      const first = library('glib2.so', 'int rbgobj_mark = 1;');
      const plugin = library(
        'gio2.so',
        'extern int rbgobj_mark, rb_cObject; int *p = &rbgobj_mark, *q = &rb_cObject;',
      );
      const asked = { at: gio, add: [ruby, has(glib, first)] };
      const unsaid = await result(plugin, asked);
      expect(unsaid.verdict).toBe('unknown');
      expect(unsaid.reason).toBe(
        `rbgobj_mark is defined by ${glib}, and no configuration tells whether Ruby loads that before; say so with --loaded-before ${glib}`,
      );
      const said = await result(plugin, { ...asked, loadedBefore: [glib] });
      expect(said.verdict).toBe('runs');
      const alone = await result(plugin, { ...asked, add: [ruby] });
      expect(alone.verdict).toBe('fails');
    },
  );

  const smooth =
    'void PyLong_FromLong(void); void __pow_finite(void); void PyInit_smooth(void){} void f(void){PyLong_FromLong(); __pow_finite();}';

  test('CPython binds at once, so a function that nothing defines ends the import (S32)', async () => {
    const binary = library('smooth.cpython-311-x86_64-linux-gnu.so', smooth);
    const add = [python];
    const named = await result(binary, { add, loadedBy: '/usr/bin/python3.11' });
    expect(named).toMatchObject({ verdict: 'fails', seen: { exitStatus: 1 } });
    expect(named.seen?.message).toMatch(/smooth\S*: undefined symbol: __pow_finite$/);
    expect(commands(named)).toContain('-fno-finite-math-only');
    const found = await result(binary, { add });
    expect(found.verdict).toBe('fails');
    expect(rulesOf(found)).toContain('opened-by');
    expect((await result(binary, { add, bind: 'lazy' })).verdict).toBe('runs');
  });

  test('a function that is missing at its first call ends the process with 127', async () => {
    const binary = library('addon.so', 'void gone(void); void f(void){gone();}');
    const { findings, verdict } = await result(binary, { bind: 'lazy' });
    const [late] = findings.filter(({ rule }) => rule === 'symbol-missing-lazy');
    expect([verdict, late?.exitStatus]).toEqual(['runs', 127]);
    expect((await result(binary, { bind: 'now' })).verdict).toBe('fails');
  });

  test('a program that is not known decides by a mode that nobody said: unknown', async () => {
    const add = [program('usr/sbin/host', 'int main(void){return 0;}')];
    const binary = library('addon.so', 'void gone(void); void f(void){gone();}');
    const loadedBy = '/usr/sbin/host';
    expect((await result(binary, { add, loadedBy })).reason).toMatch(/gone.*--bind$/);
    expect((await result(binary, { add, loadedBy, bind: 'now' })).verdict).toBe('fails');
  });

  test('a PHP extension needs one that is loaded before, named or configured (S33)', async () => {
    const destination = '/usr/lib/php/20220829/';
    const first = library(
      'mysqlnd.so',
      'int mysqlnd_count; void zend_parse(void); void a(void){zend_parse();}',
    );
    const binary = library(
      'mysqli.so',
      'extern int mysqlnd_count; int *where(void){return &mysqlnd_count;} void zend_parse(void); void b(void){zend_parse();}',
    );
    const base = { at: destination, loadedBy: '/usr/bin/php8.2' };
    const add = [php, has(`${destination}mysqlnd.so`, first)];
    const alone = await result(binary, { ...base, add });
    expect(alone).toMatchObject({
      verdict: 'fails',
      seen: { message: `${destination}mysqli.so: undefined symbol: mysqlnd_count`, exitStatus: 1 },
    });
    expect(commands(alone)).toContain(`--loaded-before ${destination}mysqlnd.so`);
    const named = { ...base, add, loadedBefore: [`${destination}mysqlnd.so`] };
    expect((await result(binary, named)).verdict).toBe('runs');
    const fromDisk = { ...base, add: [php], loadedBefore: [first] };
    expect((await result(binary, fromDisk)).verdict).toBe('runs');
    const ini = (name: string, text: string) => {
      writeFileSync(at(name), text);
      return has(`/etc/php/8.2/cli/conf.d/${name}`, at(name));
    };
    const later = ini('20-mysqli.ini', 'extension=mysqli\n');
    const earlier = ini('10-mysqlnd.ini', '; first\nextension=mysqlnd.so\n');
    const behind = ini('30-mysqlnd.ini', 'extension=mysqlnd.so\n');
    const after = await result(binary, { ...base, add: [...add, later, earlier] });
    expect(after.verdict).toBe('runs');
    const note = after.findings.find(({ rule }) => rule === 'opened-by');
    expect(note?.message).toMatch(/RTLD_LAZY after mysqlnd\.so\.$/);
    expect((await result(binary, { ...base, add: [...add, later, behind] })).verdict).toBe('fails');
  });

  test('a runtime in another program loads its plugins as it does everywhere (S33)', async () => {
    const module = library(
      'libphp8.2.so',
      'void zend_parse(void){} void ap_log(void); void m(void){ap_log();}',
    );
    const apache = program('usr/sbin/apache2', 'void ap_log(void){} int main(void){return 0;}');
    const first = library(
      'mysqlnd.so',
      'int mysqlnd_count; void zend_parse(void); void a(void){zend_parse();}',
    );
    const binary = library(
      'mysqli.so',
      'extern int mysqlnd_count; int *where(void){return &mysqlnd_count;} void zend_parse(void); void b(void){zend_parse();}',
      '-Wl,-z,now',
    );
    const text = (name: string, path: string, content: string) => {
      writeFileSync(at(name), content);
      return has(path, at(name));
    };
    const php8 = '/usr/lib/apache2/modules/libphp8.2.so';
    const add = [apache, has(php8, module), has('/usr/lib/php/20220829/mysqlnd.so', first)];
    const input = { at: '/usr/lib/php/20220829/', loadedBy: '/usr/sbin/apache2' };
    const configured = [
      text('apache2.conf', '/etc/apache2/apache2.conf', `LoadModule php_module ${php8}\n`),
      text('mysqlnd.ini', '/etc/php/8.2/apache2/conf.d/10-mysqlnd.ini', 'extension=mysqlnd\n'),
    ];
    expect((await result(binary, { ...input, add: [...add, ...configured] })).verdict).toBe('runs');
    const bare = await result(binary, { ...input, add });
    expect([bare.verdict, bare.reason]).toEqual([
      'unknown',
      expect.stringMatching(/zend_parse.*--loaded-before$/),
    ]);
  });

  test('what a program that is not known has loaded before may be visible or not: unknown (S33)', async () => {
    const add = [program('usr/sbin/host', 'int main(void){return 0;}')];
    const first = library('first.so', 'int shown;');
    const binary = library('second.so', 'extern int shown; int *where(void){return &shown;}');
    const input = { add, loadedBy: '/usr/sbin/host', loadedBefore: [first] };
    expect((await result(binary, input)).reason).toMatch(/first\.so with RTLD_GLOBAL/);
  });

  test('nginx loads the modules of its configuration before, by load_module and include (S33)', async () => {
    const nginx = program('usr/sbin/nginx', 'void ngx_log(void){} int main(void){return 0;}');
    const ndk = library('ndk_http_module.so', 'int ndk_module; void *ngx_modules[1];');
    const binary = library(
      'ngx_http_lua_module.so',
      'extern int ndk_module; void *ngx_modules[1]; int *n(void){return &ndk_module;}',
    );
    writeFileSync(
      at('nginx.conf'),
      'user www; include /etc/nginx/modules-enabled/*.conf;\nevents { include mime; }\n',
    );
    writeFileSync(at('10.conf'), 'load_module modules/ndk_http_module.so;\n');
    const modules = '/usr/share/nginx/modules/';
    const add = [
      nginx,
      has(`${modules}ndk_http_module.so`, ndk),
      has('/etc/nginx/nginx.conf', at('nginx.conf')),
    ];
    const enabled = has('/etc/nginx/modules-enabled/10.conf', at('10.conf'));
    expect((await result(binary, { at: modules, add: [...add, enabled] })).verdict).toBe('runs');
    expect((await result(binary, { at: modules, add })).verdict).toBe('fails');
  });

  test('glibc matches what was opened by its path, musl does not (S33)', async () => {
    const core = library('core/core.node', 'int core(void){return 1;}', '-Wl,-soname,core.node');
    const binary = library('ext/ext.node', 'int core(void); int x(void){return core();}', 'core/core.node');
    const place = '/app/node_modules/core/core.node';
    const input = { at: '/app/node_modules/ext/', add: [has(place, core)] };
    const alone = await result(binary, input);
    expect(alone.verdict).toBe('fails');
    expect(commands(alone)).toContain(`--loaded-before ${place}`);
    expect((await result(binary, { ...input, loadedBefore: [place] })).verdict).toBe('runs');
  });

  test('Java has its virtual machine loaded (S33)', async () => {
    const java = program('usr/lib/jvm/17/bin/java', 'int main(void){return 0;}');
    const jvm = library('libjvm.so', 'int JVM_Now(void){return 0;}', '-Wl,-soname,libjvm.so');
    const binary = library(
      'libawt.so',
      'int JVM_Now(void); int JNI_OnLoad(void){return JVM_Now();}',
      'libjvm.so',
      '-Wl,-z,now',
    );
    const add = [java, has('/usr/lib/jvm/17/lib/server/libjvm.so', jvm)];
    expect((await result(binary, { at: '/usr/lib/jvm/17/lib/', add })).verdict).toBe('runs');
  });

  test('a program that the image lacks may define what nothing else does, but no versioned symbol (S34)', async () => {
    const own = library(
      'quick.abi3.so',
      'void PyLong_New(void); void expat(void); void PyInit_quick(void){PyLong_New(); expat();}',
    );
    const given = await result(own);
    expect([given.verdict, given.reason]).toEqual([
      'unknown',
      expect.stringMatching(/expat.*CPython.*--loaded-by$/),
    ]);
    const musl = library('slow.abi3.so', 'int gnu_dev_major(int); void PyInit_slow(void){gnu_dev_major(1);}');
    expect((await result(musl, { images: ['profile:alpine:3.19'] })).verdict).toBe('fails');
  });

  test('modules of Apache, lighttpd and ProFTPD, all called mod_….so, are told apart (S34)', async () => {
    const add = ['usr/sbin/apache2', 'usr/sbin/lighttpd', 'usr/sbin/proftpd'].map((path) =>
      program(path, `void ${path.includes('apache') ? 'ap' : 'pr'}_log(void){} int main(void){return 0;}`),
    );
    const openers = await Promise.all(
      [
        'void ap_log(void); void a(void){ap_log();}',
        'void mod_b_plugin_init(void){}',
        'void pr_log(void); void c(void){pr_log();}',
      ]
        .map((text, index) => library(`mod_${index}.so`, text))
        .map(
          async (binary) =>
            (await result(binary, { add })).findings.find(({ rule }) => rule === 'opened-by')?.subject,
        ),
    );
    expect(openers).toEqual(['/usr/sbin/apache2', '/usr/sbin/lighttpd', '/usr/sbin/proftpd']);
  });

  test('Apache loads what sections ask for when a module is not loaded yet (S33)', async () => {
    const apache = program('usr/sbin/apache2', 'void ap_log(void){} int main(void){return 0;}');
    const modules = '/usr/lib/apache2/modules/';
    const first = library('mod_dav_svn.so', 'int dav_svn; void ap_log(void); void a(void){ap_log();}');
    const binary = library(
      'mod_authz_svn.so',
      'extern int dav_svn; int *where(void){return &dav_svn;} void ap_log(void); void b(void){ap_log();}',
    );
    const configured = (condition: string) => {
      writeFileSync(at('dav.load'), `LoadModule dav_svn_module ${modules}mod_dav_svn.so\n`);
      writeFileSync(
        at('apache2.conf'),
        `<IfModule ${condition}>\n  Include mods-enabled/dav.load\n</IfModule>\nLoadModule authz_svn_module ${modules}mod_authz_svn.so\n`,
      );
      const add = [
        apache,
        has(`${modules}mod_dav_svn.so`, first),
        has('/etc/apache2/mods-enabled/dav.load', at('dav.load')),
        has('/etc/apache2/apache2.conf', at('apache2.conf')),
      ];
      return result(binary, { at: modules, add });
    };
    expect((await configured('!mod_dav_svn.c')).verdict).toBe('runs');
    expect((await configured('mod_so.c')).verdict).toBe('runs');
    expect((await configured('mod_dav_svn.c')).verdict).toBe('fails');
  });

  test('lighttpd loads mod_auth before what checks users (S33)', async () => {
    const lighttpd = program('usr/sbin/lighttpd', 'int main(void){return 0;}');
    const auth = library('mod_auth.so', 'int backends; void mod_auth_plugin_init(void){}');
    const binary = library(
      'mod_authn_file.so',
      'extern int backends; void mod_authn_file_plugin_init(void){backends=1;}',
    );
    const place = '/usr/lib/lighttpd/';
    const add = [lighttpd, has(`${place}mod_auth.so`, auth)];
    expect((await result(binary, { at: place, add })).verdict).toBe('runs');
    expect((await result(binary, { at: place, add: [lighttpd] })).verdict).toBe('fails');
  });

  test("a plugin is its own program's, also where it embeds another runtime (S34)", async () => {
    const add = [
      program('usr/lib/postgresql/15/bin/postgres', 'int error_stack; int main(void){return 0;}'),
      program('usr/sbin/slapd', 'void lutil_passwd_add(void){} int main(void){return 0;}'),
      program('usr/bin/uwsgi', 'int uwsgi_log; int main(void){return 0;}'),
      program('usr/lib/jvm/17/bin/java', 'int main(void){return 0;}'),
      program('usr/bin/tclsh8.6', 'int main(void){return 0;}'),
      python,
    ];
    const binaries = [
      'extern int error_stack; int *w(void){return &error_stack;} void Pg_magic_func(void){} void PyInit_plpy(void){}',
      'extern int uwsgi_log; int *w(void){return &uwsgi_log;} void JNI_Get(void); void c(void){JNI_Get();}',
      'void lutil_passwd_add(void); void c(void){lutil_passwd_add();}',
      'void Tdom_SafeInit(void){}',
    ].map((text, index) => library(`embeds_${index}.so`, text));
    const openers: (string | undefined)[] = [];
    for (const binary of binaries) {
      const { findings } = await result(binary, { add });
      openers.push(findings.find(({ rule }) => rule === 'opened-by')?.subject);
    }
    expect(openers).toEqual([
      '/usr/lib/postgresql/15/bin/postgres',
      '/usr/bin/uwsgi',
      '/usr/sbin/slapd',
      '/usr/bin/tclsh8.6',
    ]);
  });

  test('uWSGI loads what its routers require (S33)', async () => {
    const uwsgi = program('usr/bin/uwsgi', 'void uwsgi_log(void){} int main(void){return 0;}');
    const core = library('corerouter_plugin.so', 'void uwsgi_opt_corerouter(void){}');
    const binary = library(
      'http_plugin.so',
      'void uwsgi_opt_corerouter(void); void h(void){uwsgi_opt_corerouter();}',
    );
    const place = '/usr/lib/uwsgi/plugins/';
    expect((await result(binary, { at: place, add: [uwsgi] })).verdict).toBe('fails');
    const add = [uwsgi, has(`${place}corerouter_plugin.so`, core)];
    expect((await result(binary, { at: place, add })).verdict).toBe('runs');
  });

  test('a caller that is not there is the finding, with the one that is (S34)', async () => {
    const binary = library('smooth.cpython-311-x86_64-linux-gnu.so', smooth);
    const missing = await result(binary, { add: [python], loadedBy: '/usr/local/bin/python3' });
    expect(missing.verdict).toBe('fails');
    expect(rulesOf(missing)).toContain('caller-unusable');
    expect(rulesOf(missing)).not.toContain('entrypoint-missing');
    expect(commands(missing)).toContain('--loaded-by /usr/bin/python3.11');
  });

  test('an extension of another CPython is not imported (S35)', async () => {
    const binary = library('quick.cpython-310-x86_64-linux-gnu.so', 'void PyInit_quick(void){}');
    const other = await result(binary, { add: [python] });
    expect(other).toMatchObject({ verdict: 'fails', seen: { exitStatus: 1 } });
    expect(rulesOf(other)).toContain('caller-refuses');
    const untagged = at('quick.abi3.so');
    copyFileSync(binary, untagged);
    expect((await result(untagged, { add: [python] })).verdict).toBe('runs');
  });

  test('Node.js refuses an addon that registers itself for another NODE_MODULE_VERSION (S35)', async () => {
    const registered = (version: number) =>
      library(
        'old.node',
        `struct module { int version; unsigned flags; void *handle; const char *file; void (*init)(void); void (*in)(void);
           const char *name; void *own; void *next; };
         void node_module_register(void *);
         static void init(void) {}
         static struct module self = { ${version}, 0, 0, "../src/old.cc", 0, init, "old", 0, 0 };
         __attribute__((constructor)) static void enter(void) { node_module_register(&self); }`,
      );
    const node = program(
      'usr/local/bin/node',
      'void node_module_register(void *m){} int main(void){return 0;}',
    );
    writeFileSync(at('node_version.h'), '#define NODE_VERSION 1\n#define NODE_MODULE_VERSION 93\n');
    const headers = has('/usr/local/include/node/node_version.h', at('node_version.h'));
    const other = await result(registered(72), { add: [node, headers] });
    expect(other).toMatchObject({ verdict: 'fails', seen: { exitStatus: 1 } });
    expect(other.seen?.message).toMatch(/NODE_MODULE_VERSION 72.*requires\s+NODE_MODULE_VERSION 93/s);
    expect((await result(registered(93), { add: [node, headers] })).verdict).toBe('runs');
    const unclear = await result(registered(72), { add: [node] });
    expect([unclear.verdict, unclear.reason]).toEqual([
      'unknown',
      expect.stringMatching(/NODE_MODULE_VERSION.*node has$/),
    ]);
    const inImage = await result('/app/old.node', {
      add: [node, headers, has('/app/old.node', registered(72))],
    });
    expect(rulesOf(inImage)).toContain('caller-refuses');
  });

  test('the version of a node without headers shows in what it exports (S35)', async () => {
    const names = nodeExports.moduleVersions.slice(0, 5).flatMap(({ since }) => since);
    const node = program(
      'opt/node/bin/node',
      `${names.map((name) => `void ${name}(void){}`).join('')} int main(void){return 0;}`,
    );
    const addon = (version: number) => library('new.node', `void node_register_module_v${version}(void){}`);
    const add = [node];
    const loadedBy = '/opt/node/bin/node';
    expect((await result(addon(72), { add, loadedBy })).verdict).toBe('runs');
    const other = await result(addon(115), { add, loadedBy });
    expect([other.verdict, other.seen?.message]).toEqual([
      'fails',
      expect.stringMatching(/did not self-register/),
    ]);
  });

  test('an addon of Node.js takes from node what node exports, before 2.34 libdl too (S34)', async () => {
    const binary = library(
      'tls.node',
      'void napi_create(void); void *dlopen(const char*,int); void napi_register_module_v1(void){napi_create(); dlopen(0,1);}',
      '-Wl,-z,now',
      '-nostdlib',
    );
    for (const each of ['profile:debian:12-slim', 'profile:debian:11-slim']) {
      const free = await result(binary, { images: [each] });
      expect([each, free.verdict, rulesOf(free).includes('host-symbols')]).toEqual([each, 'runs', true]);
    }
  });
});

describeNeeding('static callers (S36)', [needProgram('gcc'), needProgram('musl-gcc')], () => {
  test("musl's dlopen of a static program always fails, glibc's loads what needs no libc", async () => {
    source('host', '#include <dlfcn.h>\nint main(int c,char**v){return !dlopen(v[1],RTLD_NOW);}');
    run('musl-gcc', '-static', '-o', 'host-musl', 'host.c');
    run('gcc', '-static', '-w', '-o', 'host-glibc', 'host.c');
    source('module', 'int m(void){return 0;}');
    run('gcc', '-shared', '-fPIC', '-nostdlib', '-o', 'module.so', 'module.c');
    const input = (host: string) => ({
      add: [{ source: at(host), destination: '/usr/sbin/host' }],
      loadedBy: '/usr/sbin/host',
      at: '/etc/modules/',
    });
    const musl = await result(at('module.so'), input('host-musl'));
    expect(musl).toMatchObject({
      verdict: 'fails',
      seen: { message: 'Dynamic loading not supported', exitStatus: 1 },
    });
    expect(rulesOf(musl)).toContain('static-caller');
    expect((await result(at('module.so'), input('host-glibc'))).verdict).toBe('runs');
    run('gcc', '-shared', '-fPIC', '-Wl,--no-as-needed', '-o', 'module.so', 'module.c');
    expect((await result(at('module.so'), input('host-glibc'))).reason).toMatch(/glibc 2\.36 comes into/);
  });
});
