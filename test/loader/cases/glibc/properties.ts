// What a file requires of processor, stack and thread-local storage (G60 to G62).
import { type Case, glibcStops, starts, stops } from '../case.ts';
import { inL, symbolCase } from './symbol-case.ts';

export const propertyCases: readonly Case[] = [
  symbolCase(
    'p-isa-needed-236',
    ['G60'],
    'a processor level that no processor has',
    'isa-needed',
    stops('library', /^\/t\/p: CPU ISA level is lower than required$/m, 127),
  ),
  symbolCase('p-isa-needed-231', ['G60'], 'is not looked at up to 2.32', 'isa-needed', starts(), {
    image: 'glibc-2.31',
  }),
  symbolCase('p-isa-needed-v3', ['G60'], 'level v3 on a processor of level v4', 'isa-needed-v3', starts()),
  symbolCase(
    'p-isa-needed-v3-on-v2',
    ['G60'],
    'and on one of level v2',
    'isa-needed-v3',
    stops('library', /^\/t\/p: CPU ISA level is lower than required$/m, 127),
    { cpu: 'x86-64-v2' },
  ),
  symbolCase(
    'p-isa-needed-by-library',
    ['G60'],
    'a library that needs it',
    'isa-needed-by-library',
    stops('library', /^\/t\/l\/liby\.so\.1: CPU ISA level is lower than required$/m, 127),
  ),
  symbolCase(
    'p-execstack-lib-241',
    ['G61'],
    'a library with an executable stack',
    'execstack-library',
    starts(),
    {
      image: 'glibc-2.41',
    },
  ),
  symbolCase(
    'p-execstack-lib-241-tunable',
    ['G61'],
    'where a tunable forbids it',
    'execstack-library',
    glibcStops('liby.so.1', 'cannot enable executable stack as shared object requires: Invalid argument'),
    { image: 'glibc-2.41', env: { ...inL, GLIBC_TUNABLES: 'glibc.rtld.execstack=0' } },
  ),
  symbolCase(
    'p-execstack-program-241-tunable',
    ['G61'],
    'and for the program',
    'execstack-program',
    stops('library', /^Fatal glibc error: executable stack is not allowed$/m, 127),
    { image: 'glibc-2.41', env: { GLIBC_TUNABLES: 'glibc.rtld.execstack=0' } },
  ),
  symbolCase(
    'p-execstack-lib-236-tunable',
    ['G61'],
    'the tunable came with 2.41',
    'execstack-library',
    starts(),
    {
      env: { ...inL, GLIBC_TUNABLES: 'glibc.rtld.execstack=0' },
    },
  ),
  symbolCase('p-big-tls', ['G62'], '64 MiB of thread-local data at start', 'big-tls-library', starts()),
  symbolCase(
    'p-big-tls-audited',
    ['G62', 'G93'],
    'storage that is not initial-exec finds room beside auditors',
    'big-tls-library',
    starts(),
    { env: { ...inL, LD_AUDIT: '/t/none.so' } },
  ),
  symbolCase(
    'p-fixed-tls-audited',
    ['G62', 'G93'],
    'an auditor, also a missing one, leaves little room for initial-exec storage',
    'initial-exec-library',
    stops(
      'symbol',
      /: error while loading shared libraries: .*: cannot allocate memory in static TLS block$/m,
      127,
    ),
    { env: { ...inL, LD_AUDIT: '/t/none.so' } },
  ),
  symbolCase(
    'p-fixed-tls-audited-more-room',
    ['G62', 'G93'],
    'a tunable makes room for it',
    'initial-exec-library',
    starts(),
    { env: { ...inL, LD_AUDIT: '/t/none.so', GLIBC_TUNABLES: 'glibc.rtld.optional_static_tls=0x300' } },
  ),
  symbolCase(
    'p-fixed-tls-audited-fewer-namespaces',
    ['G62', 'G93'],
    'fewer namespaces leave less',
    'initial-exec-library',
    stops('symbol', /cannot allocate memory in static TLS block$/m, 127),
    {
      env: {
        ...inL,
        LD_AUDIT: '/t/none.so',
        GLIBC_TUNABLES: 'glibc.rtld.optional_static_tls=0x300:glibc.rtld.nns=1',
      },
    },
  ),
  symbolCase('p-audited', ['G93'], 'a missing auditor is ignored', 'execstack-library', starts(), {
    env: { ...inL, LD_AUDIT: '/t/none.so' },
  }),
  symbolCase(
    'p-not-an-auditor',
    ['G93'],
    'a library without la_version is no auditor',
    'execstack-library',
    starts(),
    { env: { ...inL, LD_AUDIT: 'libm.so.6' } },
  ),
  symbolCase(
    'p-bind-not',
    ['G94'],
    'LD_BIND_NOT and LD_DYNAMIC_WEAK decide nothing',
    'execstack-library',
    starts(),
    {
      env: { ...inL, LD_BIND_NOT: '1', LD_PREFER_MAP_32BIT_EXEC: '1', LD_DYNAMIC_WEAK: '1' },
    },
  ),
];
