import { type Case, type Expectation, glibcStops, notFound, starts, stops } from './case.ts';

const glibc = 'glibc-2.36';
const inL = { LD_LIBRARY_PATH: '/t/l' } as const;

const one = (
  id: string,
  rules: readonly string[],
  shows: string,
  files: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case => ({ id, rules, shows, image: glibc, files, env: inL, expected, ...rest });

const versionLine = (version: string, by = '/t/p', file = '/t/l/libver\\.so\\.1', weak = '') =>
  `^/t/p: ${file}: ${weak}version \`${version}' not found \\(required by ${by}\\)$`;
const versionStops = (...lines: readonly string[]) => stops('version', new RegExp(lines.join('\\n'), 'm'), 1);
const symbolStops = (object: string, text: string) =>
  stops('symbol', new RegExp(`^/t/p: symbol lookup error: ${object}: undefined symbol: ${text}$`, 'm'), 127);
const assertion =
  /Inconsistency detected by ld\.so: dl-lookup\.c: \d+: check_match: Assertion `version->filename == NULL \|\| ! _dl_name_match_p \(version->filename, map\)' failed!/;
const warned = (printed: string) => starts(new RegExp(`${printed}[\\s\\S]*started`));

/** Phase V (G40 to G47). */
const versions: readonly Case[] = [
  one(
    'v-real-glibc-too-old',
    ['G40', 'G70'],
    'a program built for glibc 2.34 under 2.31',
    'glibc-hello-built-here',
    versionStops(versionLine('GLIBC_2\\.34', '/t/p', '/lib/x86_64-linux-gnu/libc\\.so\\.6')),
    { image: 'glibc-2.31' },
  ),
  one(
    'v-missing-version',
    ['G40'],
    'a version that the library lacks: status 1',
    'version-missing',
    versionStops(versionLine('V2')),
  ),
  one(
    'v-symbol-under-older-version',
    ['G40'],
    'that the symbol is there under an older one changes nothing',
    'version-missing-symbol-older',
    versionStops(versionLine('V2')),
  ),
  one(
    'v-two-missing-both-told',
    ['G40'],
    'all missing versions are told',
    'versions-missing-both',
    versionStops(versionLine('V2'), versionLine('V1')),
  ),
  one(
    'v-library-before-version',
    ['G40', 'G5'],
    'a missing library comes first',
    'version-and-library-missing',
    glibcStops('libnone.so.9', notFound),
  ),
  one(
    'v-missing-for-library',
    ['G40'],
    'the version that a library needs',
    'version-missing-for-library',
    versionStops(versionLine('V2', '/t/t/libtop\\.so\\.1')),
    { env: { LD_LIBRARY_PATH: '/t/t:/t/l' } },
  ),
  one(
    'v-weak-version-now',
    ['G42', 'G51'],
    'a weak version is told, and the symbol decides',
    'version-weak',
    stops(
      'symbol',
      new RegExp(
        `${versionLine('V2', '/t/p', '/t/l/libver\\.so\\.1', 'weak ')}\\n/t/p: symbol lookup error: /t/p: undefined symbol: bar, version V2$`,
        'm',
      ),
      127,
    ),
  ),
  one('v-weak-version-lazy', ['G42', 'G50'], 'bound lazily the program starts', 'version-weak-lazy', {
    ...warned("weak version `V2' not found"),
    lazy: ['bar'],
  }),
  one(
    'v-version-of-weak-reference',
    ['S11', 'G40'],
    'a weak reference asks for its version like any other',
    'version-of-weak-reference',
    versionStops(versionLine('V2')),
  ),
  one(
    'v-no-verdef-is-warning',
    ['G41'],
    'a library without version definitions is a warning',
    'no-verdef',
    warned('/t/p: /t/l/libver\\.so\\.1: no version information available \\(required by /t/p\\)'),
  ),
  one(
    'v-no-versym-assert-236',
    ['G41'],
    'one without any version table trips an assertion, up to 2.40',
    'no-versym',
    stops('symbol', assertion, 127),
  ),
  one(
    'v-no-versym-lazy-236',
    ['G41', 'G50'],
    'bound lazily at the first call: here foo is called at once',
    'no-versym-lazy',
    { ...starts(/no version information available/, 'foo', 'bar'), exit: null },
  ),
  one(
    'v-no-versym-241',
    ['G41'],
    'and works since 2.41',
    'no-versym',
    warned('no version information available'),
    { image: 'glibc-2.41' },
  ),
  one(
    'v-version-present-symbol-absent-lazy',
    ['G42', 'G50'],
    'the version is there, its symbol is not: told when it is called',
    'version-without-symbol-lazy',
    starts(undefined, 'bar'),
  ),
  one(
    'v-version-present-symbol-absent-now',
    ['G42', 'G51'],
    'at start with BIND_NOW',
    'version-without-symbol-now',
    symbolStops('/t/p', 'bar, version V2'),
  ),
  one(
    'v-verneed-without-needed',
    ['G44'],
    'verneed names a file that nothing loads',
    'verneed-without-needed',
    stops(
      'version',
      /Inconsistency detected by ld\.so: dl-version\.c: \d+: _dl_check_map_versions: Assertion `needed != NULL' failed!/,
      127,
    ),
  ),
  one(
    'v-symbol-moved-to-other-lib',
    ['G43'],
    'the symbol may come from another object that has the version',
    'symbol-moved',
    starts(),
  ),
  one(
    'v-unversioned-ref',
    ['G45'],
    'an unversioned reference to versioned symbols',
    'unversioned-reference',
    starts(),
  ),
  one(
    'v-unversioned-ref-hidden-first-version',
    ['G45'],
    'finds a hidden symbol of the first version',
    'unversioned-reference-hidden-first',
    starts(),
  ),
  one(
    'v-unversioned-ref-hidden-second-version',
    ['G45'],
    'but not of a later one',
    'unversioned-reference-hidden-second',
    symbolStops('/t/p', 'bar'),
  ),
  one(
    'v-versioned-ref-hidden',
    ['G45'],
    'to a versioned reference the hidden bit is nothing',
    'versioned-reference-hidden',
    starts(),
  ),
  one(
    'v-libm-version-not-libc',
    ['G47'],
    'GLIBC_2.29 of libm.so.6 is there in 2.31',
    'needs-libm-2.29',
    starts(),
    { image: 'glibc-2.31', env: {} },
  ),
  one(
    'v-glibc231-has-no-GLIBC_2.31-in-libc',
    ['G47'],
    'libc.so.6 of 2.31 has no node of that name',
    'needs-glibc-2.31-node',
    versionStops(versionLine('GLIBC_2\\.31', '/t/p', '/lib/x86_64-linux-gnu/libc\\.so\\.6')),
    { image: 'glibc-2.31', env: {} },
  ),
  one('v-relr-marker-on-236', ['G46'], 'DT_RELR with its marker', 'relr-with-marker', starts()),
  one(
    'v-relr-marker-on-231',
    ['G46'],
    'the marker is a version that older glibc lacks',
    'relr-with-marker',
    versionStops(versionLine('GLIBC_ABI_DT_RELR', '/t/p', '/lib/x86_64-linux-gnu/libc\\.so\\.6')),
    { image: 'glibc-2.31' },
  ),
  one(
    'v-relr-without-marker-236',
    ['G46'],
    'without its marker it is refused',
    'relr-without-marker',
    glibcStopsAt('version', '/t/p', 'DT_RELR without GLIBC_ABI_DT_RELR dependency'),
  ),
  one(
    'v-relr-without-marker-231',
    ['G46'],
    'or not carried out: pointers stay as they are in the file',
    'relr-without-marker',
    stops('symbol', /^$/, null),
    { image: 'glibc-2.31' },
  ),
  one(
    'v-relr-library-without-libc',
    ['G46'],
    'a library that needs no libc may have it',
    'relr-library-without-libc',
    starts(),
  ),
];

function glibcStopsAt(stage: 'version' | 'symbol', object: string, text: string): Expectation {
  return { ...glibcStops(object, text), ending: stage };
}

/** Phase S (G50 to G55, G0b). */
const symbols: readonly Case[] = [
  one(
    's-lazy-not-called',
    ['G50'],
    'a function that is bound when it is called, and never is',
    'lazy-not-called',
    starts(undefined, 'gone'),
  ),
  one('s-lazy-called', ['G50', 'G90'], 'and one that is: the program starts, then ends', 'lazy-called', {
    ...starts(undefined, 'gone'),
    exit: null,
  }),
  one(
    's-ld-bind-now',
    ['G51', 'I7'],
    'LD_BIND_NOW binds it at start',
    'lazy-not-called',
    symbolStops('/t/p', 'gone'),
    { env: { ...inL, LD_BIND_NOW: '1' } },
  ),
  one(
    's-ld-bind-now-empty',
    ['G51'],
    'an empty LD_BIND_NOW does not',
    'lazy-not-called',
    starts(undefined, 'gone'),
    { env: { ...inL, LD_BIND_NOW: '' } },
  ),
  one('s-bind-now', ['G51'], 'DF_BIND_NOW does', 'function-now', symbolStops('/t/p', 'gone')),
  one(
    's-noplt',
    ['G52'],
    'a call without PLT is bound at start',
    'function-no-plt',
    symbolStops('/t/p', 'gone'),
  ),
  one(
    's-function-address',
    ['G52'],
    'so is the address of a function',
    'function-address',
    symbolStops('/t/p', 'gone'),
  ),
  one(
    's-function-address-no-pie',
    ['G50', 'G52'],
    'without PIE the address is that of a lazy PLT entry',
    'function-address-no-pie',
    starts(undefined, 'gone'),
  ),
  one('s-data', ['G52'], 'data', 'data', symbolStops('/t/p', 'gone_data')),
  one('s-tls', ['G52'], 'thread-local data', 'tls', symbolStops('/t/p', 'gone_tls')),
  one('s-weak', ['G53'], 'a weak reference may stay open', 'weak', starts()),
  one(
    's-copy-size-warning',
    ['G54'],
    'a copy relocation to a larger object is a warning',
    'copy-size',
    warned("/t/p: Symbol `sized' has different size in shared object, consider re-linking"),
  ),
  one('s-copy-size-smaller', ['G54'], 'to a smaller one it is not', 'copy-size-smaller', starts(/^started/)),
  one(
    's-function-bound-to-data',
    ['G45'],
    'type and size of a definition are not compared',
    'function-is-data-now',
    starts(),
    { env: { ...inL, LD_BIND_NOW: '1' } },
  ),
  one('s-ifunc', ['G55'], 'IFUNC', 'ifunc', starts()),
  one('s-protected', ['G45', 'G54'], 'a protected definition counts', 'protected', starts(), {
    env: { ...inL, LD_BIND_NOW: '1' },
  }),
  one('s-hidden', ['G45'], 'a hidden one does not', 'hidden-definition', symbolStops('/t/p', 'gone'), {
    env: { ...inL, LD_BIND_NOW: '1' },
  }),
  one('s-interposed-by-preload', ['G30', 'G45'], 'a preload gives the symbol', 'interposed', starts(), {
    env: { ...inL, LD_PRELOAD: '/t/l/libpre.so.1' },
  }),
  one('s-not-interposed', ['G51'], 'and without it', 'interposed', symbolStops('/t/p', 'gone')),
  one(
    's-symbol-of-program',
    ['G45'],
    'the program gives a symbol to its library',
    'symbol-of-program',
    starts(),
  ),
  one(
    's-symbol-of-program-missing',
    ['G52'],
    'and one that does not',
    'symbol-of-program',
    stops(
      'symbol',
      /^\/t\/without: symbol lookup error: \/t\/l\/libask\.so\.1: undefined symbol: given$/m,
      127,
    ),
    { run: ['/t/without'] },
  ),
  one(
    's-library-first',
    ['G52'],
    'libraries are bound before the program',
    'library-first-to-fail',
    symbolStops('/t/l/libtop\\.so\\.1', 'gone_data'),
  ),
  one(
    's-lazy-in-library',
    ['G50'],
    'a lazy function of a library',
    'lazy-in-library',
    starts(undefined, 'gone'),
  ),
  one(
    's-now-in-library',
    ['G51'],
    "a library's own BIND_NOW",
    'now-in-library',
    symbolStops('/t/l/libtop\\.so\\.1', 'gone'),
  ),
  one(
    's-now-only-in-program',
    ['G51'],
    "the program's does not count for it",
    'now-only-in-program',
    starts(undefined, 'gone'),
  ),
  one('s-textrel-library', ['G55'], 'text relocations in a library', 'textrel-library', starts()),
  one(
    'g-loader-libc-mismatch',
    ['G0b'],
    'the loader of 2.36 with the libc of 2.41',
    'loader-of-other-build',
    stops(
      'symbol',
      /symbol lookup error: \/(usr\/)?lib\/x86_64-linux-gnu\/libc\.so\.6: undefined symbol: __tunable_is_initialized, version GLIBC_PRIVATE/,
      127,
    ),
    { image: 'glibc-2.41', env: {} },
  ),
  one(
    'g-loader-libc-mismatch-231',
    ['G0b'],
    'and with that of 2.31',
    'loader-of-other-build',
    stops(
      'symbol',
      /Inconsistency detected by ld\.so: dl-call-libc-early-init\.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!/,
      127,
    ),
    { image: 'glibc-2.31', env: {} },
  ),
];

/** Phase P (G60 to G62). */
const properties: readonly Case[] = [
  one(
    'p-isa-needed-236',
    ['G60'],
    'a processor level that no processor has',
    'isa-needed',
    stops('library', /^\/t\/p: CPU ISA level is lower than required$/m, 127),
  ),
  one('p-isa-needed-231', ['G60'], 'is not looked at up to 2.32', 'isa-needed', starts(), {
    image: 'glibc-2.31',
  }),
  one('p-isa-needed-v3', ['G60'], 'level v3 on a processor of level v4', 'isa-needed-v3', starts()),
  one(
    'p-isa-needed-v3-on-v2',
    ['G60'],
    'and on one of level v2',
    'isa-needed-v3',
    stops('library', /^\/t\/p: CPU ISA level is lower than required$/m, 127),
    { cpu: 'x86-64-v2' },
  ),
  one(
    'p-isa-needed-by-library',
    ['G60'],
    'a library that needs it',
    'isa-needed-by-library',
    stops('library', /^\/t\/l\/liby\.so\.1: CPU ISA level is lower than required$/m, 127),
  ),
  one('p-execstack-lib-241', ['G61'], 'a library with an executable stack', 'execstack-library', starts(), {
    image: 'glibc-2.41',
  }),
  one(
    'p-execstack-lib-241-tunable',
    ['G61'],
    'where a tunable forbids it',
    'execstack-library',
    glibcStops('liby.so.1', 'cannot enable executable stack as shared object requires: Invalid argument'),
    { image: 'glibc-2.41', env: { ...inL, GLIBC_TUNABLES: 'glibc.rtld.execstack=0' } },
  ),
  one(
    'p-execstack-program-241-tunable',
    ['G61'],
    'and for the program',
    'execstack-program',
    stops('library', /^Fatal glibc error: executable stack is not allowed$/m, 127),
    { image: 'glibc-2.41', env: { GLIBC_TUNABLES: 'glibc.rtld.execstack=0' } },
  ),
  one('p-execstack-lib-236-tunable', ['G61'], 'the tunable came with 2.41', 'execstack-library', starts(), {
    env: { ...inL, GLIBC_TUNABLES: 'glibc.rtld.execstack=0' },
  }),
  one('p-big-tls', ['G62'], '64 MiB of thread-local data at start', 'big-tls-library', starts()),
];

export const glibcSymbolCases: readonly Case[] = [...versions, ...symbols, ...properties];
