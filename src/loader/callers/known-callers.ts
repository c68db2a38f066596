import { basename } from 'node:path/posix';
import type { ElfFile } from '../../elf/elf-file.ts';
import type { DlopenMode } from './dlopen-mode.ts';

/** A program that loads plugins, how it calls dlopen, and how its plugins are recognised (S32, S34). */
export interface CallerKind {
  readonly id:
    | 'node'
    | 'python'
    | 'java'
    | 'php'
    | 'ruby'
    | 'perl'
    | 'lua'
    | 'nginx'
    | 'apache'
    | 'postgresql'
    | 'mysql'
    | 'r'
    | 'tcl'
    | 'uwsgi'
    | 'proftpd'
    | 'slapd'
    | 'redis'
    | 'lighttpd';
  /** How people call it. */
  readonly title: string;
  /** File names of the program. */
  readonly programs: RegExp;
  readonly mode: DlopenMode;
  /** A variable that makes it pass RTLD_NOW when it holds another number than 0; null where there is none. */
  readonly nowVariable: string | null;
  /** File names of its plugins, where they alone tell. */
  readonly files: RegExp | null;
  /** A symbol that its plugins define, for the caller to find. */
  readonly entry: RegExp | null;
  /** Undefined symbols that only this program, or the library that it consists of, defines. */
  readonly symbols: RegExp | null;
  /** The library that the program can consist of: what needs it may embed the program in place of being its plugin. */
  readonly library: RegExp | null;
}

const lazyLocal: DlopenMode = { binding: 'lazy', scope: 'local', deepbind: false };
const lazyGlobal: DlopenMode = { binding: 'lazy', scope: 'global', deepbind: false };
const nowLocal: DlopenMode = { binding: 'now', scope: 'local', deepbind: false };
const nowGlobal: DlopenMode = { binding: 'now', scope: 'global', deepbind: false };

/**
 * The programs that are known, in the order in which a plugin is compared with them: those first whose plugins embed another
 * (plpython3 of PostgreSQL, the runtimes of uWSGI). The modes were seen in Debian 12, by a
 * preload that logs the flags of every dlopen (S32).
 */
export const knownCallers: readonly CallerKind[] = [
  {
    id: 'node',
    title: 'Node.js',
    programs: /^(node|nodejs)$/,
    mode: lazyLocal,
    nowVariable: null,
    files: /\.node$/,
    entry: /^(napi_register_module_v\d+|node_register_module_v\d+)$/,
    symbols: /^(napi_|node_api_|node_module_register$|_ZNK?2v8|_ZNK?4node|_ZT[VI]2v8|_ZT[VI]N(2v8|4node))/,
    library: /^libnode\.so/,
  },
  {
    id: 'uwsgi',
    title: 'uWSGI',
    programs: /^uwsgi(-core|_\w+)?$/,
    mode: nowGlobal,
    nowVariable: null,
    files: null,
    entry: null,
    symbols: /^uwsgi_/,
    library: null,
  },
  {
    id: 'postgresql',
    title: 'PostgreSQL',
    programs: /^(postgres|postmaster)$/,
    mode: nowGlobal,
    nowVariable: null,
    files: null,
    entry: /^Pg_magic_func$/,
    symbols: null,
    library: null,
  },
  {
    id: 'python',
    title: 'CPython',
    programs: /^python(\d+(\.\d+)?t?)?$/,
    mode: nowLocal,
    nowVariable: null,
    files: /\.(cpython-\d+\w*(-[\w-]+)?|abi3)\.so$/,
    entry: /^PyInit_/,
    symbols: /^_?Py[A-Z_]/,
    library: /^libpython\d/,
  },
  {
    id: 'php',
    title: 'PHP',
    programs: /^php(-cgi|-fpm)?\d*(\.\d+)?$/,
    mode: { binding: 'lazy', scope: 'global', deepbind: true },
    nowVariable: null,
    files: null,
    entry: null,
    symbols: /^(zend_|_zend_|php_|_php_|_emalloc|_efree|executor_globals$|compiler_globals$)/,
    library: /^libphp\d*\.so/,
  },
  {
    id: 'ruby',
    title: 'Ruby',
    programs: /^ruby\d*(\.\d+)?$/,
    mode: lazyGlobal,
    nowVariable: null,
    files: null,
    entry: null,
    symbols: /^(rb_|ruby_)/,
    library: /^libruby/,
  },
  {
    id: 'perl',
    title: 'Perl',
    programs: /^perl\d*(\.\d+)*$/,
    mode: lazyLocal,
    nowVariable: 'PERL_DL_NONLAZY',
    files: null,
    entry: null,
    symbols: /^(Perl_|PL_)/,
    library: /^libperl\.so/,
  },
  {
    id: 'lua',
    title: 'Lua',
    programs: /^(lua|luajit)-?\d*(\.\d+)*$/,
    mode: nowLocal,
    nowVariable: null,
    files: null,
    entry: /^luaopen_/,
    symbols: /^luaL?_/,
    library: /^liblua/,
  },
  {
    id: 'nginx',
    title: 'nginx',
    programs: /^(nginx|openresty|angie|freenginx)(-debug)?$/,
    mode: nowGlobal,
    nowVariable: null,
    files: /^(ngx_\w+|ndk_http)_module\.so$/,
    entry: /^ngx_modules$/,
    symbols: /^ngx_/,
    library: null,
  },
  {
    id: 'apache',
    title: 'Apache httpd',
    programs: /^(apache2|httpd)$/,
    mode: nowGlobal,
    nowVariable: null,
    files: null,
    entry: null,
    symbols: /^ap_/,
    library: null,
  },
  {
    id: 'java',
    title: 'Java',
    programs: /^java$/,
    mode: lazyLocal,
    nowVariable: null,
    files: null,
    entry: /^(JNI_OnLoad|Java_\w+)$/,
    symbols: /^(JVM_|JNI_)/,
    library: null,
  },
  {
    id: 'mysql',
    title: 'MySQL or MariaDB',
    programs: /^(mysqld|mariadbd)$/,
    mode: nowLocal,
    nowVariable: null,
    files: null,
    entry: /^_(mysql|maria)_plugin_interface_version_$/,
    symbols: null,
    library: null,
  },
  {
    id: 'r',
    title: 'R',
    programs: /^R$/,
    mode: nowLocal,
    nowVariable: null,
    files: null,
    entry: /^R_init_\w+$/,
    symbols: null,
    library: null,
  },
  {
    id: 'tcl',
    title: 'Tcl',
    programs: /^(tclsh|wish)\d*(\.\d+)?$/,
    mode: nowLocal,
    nowVariable: null,
    files: null,
    entry: /^[A-Z]\w*_SafeInit$/,
    symbols: null,
    library: null,
  },
  {
    id: 'proftpd',
    title: 'ProFTPD',
    programs: /^proftpd$/,
    mode: lazyGlobal,
    nowVariable: null,
    files: null,
    entry: null,
    symbols: /^pr_/,
    library: null,
  },
  {
    id: 'slapd',
    title: 'OpenLDAP',
    programs: /^slapd$/,
    mode: lazyGlobal,
    nowVariable: null,
    files: null,
    entry: null,
    symbols: /^(slap_|lutil_|backend_add$|overlay_register$|config_register_schema$|ch_[cm]alloc$)/,
    library: null,
  },
  {
    id: 'redis',
    title: 'Redis or Valkey',
    programs: /^(redis|valkey)-server$/,
    mode: nowLocal,
    nowVariable: null,
    files: null,
    entry: /^(RedisModule|ValkeyModule)_OnLoad$/,
    symbols: null,
    library: null,
  },
  {
    id: 'lighttpd',
    title: 'lighttpd',
    programs: /^lighttpd$/,
    mode: nowGlobal,
    nowVariable: null,
    files: null,
    entry: /^mod_\w+_plugin_init$/,
    symbols: null,
    library: null,
  },
];

/** The kind of a program by the name of its file, without links; null when it is not one that is known. */
export function callerKind(realPath: string): CallerKind | null {
  const name = basename(realPath);
  return knownCallers.find(({ programs }) => programs.test(name)) ?? null;
}

/** The kind of an id. */
export const callerKindOf = (id: CallerKind['id']): CallerKind | null =>
  knownCallers.find((kind) => kind.id === id) ?? null;

/** The program that a shared object is a plugin of (S34); null when nothing in it tells. */
export function pluginKind(path: string, elf: ElfFile | null): CallerKind | null {
  const dynamic = elf?.dynamic ?? null;
  if (dynamic === null) return null;
  const name = basename(path);
  const { symbols, needed } = dynamic;
  const defines = (pattern: RegExp | null) =>
    pattern !== null && symbols.some((symbol) => symbol.defined && pattern.test(symbol.name));
  const asksFor = (pattern: RegExp | null) =>
    pattern !== null && symbols.some((symbol) => !symbol.defined && pattern.test(symbol.name));
  const embeds = ({ library }: CallerKind) =>
    library !== null && needed.some((soname) => library.test(soname));
  return (
    knownCallers.find(({ files }) => files?.test(name) === true) ??
    knownCallers.find(({ entry }) => defines(entry)) ??
    knownCallers.find((kind) => asksFor(kind.symbols) && !embeds(kind)) ??
    null
  );
}
