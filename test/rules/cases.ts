import { EM_386, EM_AARCH64 } from '../../src/elf/constants.ts';
import type { DynamicSection, ElfFile } from '../../src/elf/elf-file.ts';
import type { Problem } from '../../src/loader/trace/problem.ts';
import type { Detection } from '../../src/rules/define-rule.ts';
import type { RuleId } from '../../src/rules/index.ts';
import { fixture, linked, placed, type Start, script, taken } from './start.ts';

/** A start that the rule reports, with its text, and a similar one that it must not report. */
export interface RuleCase {
  readonly catches: Start;
  readonly tells: Partial<Detection>;
  readonly passes: Start;
}

const withoutBuild: Problem = {
  kind: 'build-missing',
  path: '/app.jar',
  taker: 'java',
  has: ['linux/arm64', 'macOS arm64'],
  stage: 'library',
  fatal: true,
  seen: null,
  exitStatus: 1,
};
const debian12: Start = { image: 'debian:12-slim', program: 'glibc-dynamic' };
const alpine: Start = { image: 'alpine:3.19', program: 'musl-dynamic' };
const model = fixture('usr/lib/libmodel.so.1', 'lib/libmodel.so.1');
const modelForLevel3 = fixture('usr/lib/glibc-hwcaps/x86-64-v3/libmodel.so.1', 'lib/libmodel.so.1');

function dynamic(change: (dynamic: DynamicSection) => Partial<DynamicSection>): (elf: ElfFile) => ElfFile {
  return (elf) =>
    elf.dynamic === null ? elf : { ...elf, dynamic: { ...elf.dynamic, ...change(elf.dynamic) } };
}

const needsVersionOf = (file: string, name: string): ((elf: ElfFile) => ElfFile) =>
  dynamic(({ verneed }) => ({ verneed: [...verneed, { file, versions: [{ name, weak: false }] }] }));

const weakly = dynamic(({ verneed }) => ({
  verneed: verneed.map(({ file, versions }) => ({
    file,
    versions: versions.map((version) => ({ ...version, weak: true })),
  })),
}));

const withRelr = dynamic(({ relocations }) => ({ relocations: { ...relocations, relr: true } }));
const withTextrel = dynamic(() => ({ textrel: true }));
const withIrelative = dynamic(({ relocations }) => ({
  relocations: { ...relocations, anonymousTypes: { data: [8, 37], plt: [] } },
}));
const withFixedTls =
  (size: number) =>
  (elf: ElfFile): ElfFile => ({
    ...dynamic(({ relocations }) => ({
      relocations: { ...relocations, anonymousTypes: { data: [8, 18], plt: [] } },
    }))(elf),
    tlsSize: size,
  });
const needingLoader = dynamic(({ needed }) => ({ needed: [...needed, 'ld-linux-x86-64.so.2'] }));
const muslAsLoader = linked('lib64/ld-linux-x86-64.so.2', '/lib/ld-musl-x86_64.so.1');
const as32Bit = (elf: ElfFile): ElfFile => ({
  ...elf,
  machine: EM_386,
  class: 32,
  interp: elf.interp === null ? null : { ...elf.interp, path: '/lib/ld-linux.so.2' },
});
const asArm64 = (elf: ElfFile): ElfFile => ({ ...elf, machine: EM_AARCH64 });
const withStack = (elf: ElfFile): ElfFile => ({ ...elf, stack: { executable: true, size: 0 } });
const forLevel4 = (elf: ElfFile): ElfFile => ({ ...elf, notes: { ...elf.notes, x86IsaNeeded: 8 } });
const loadsOnDemand =
  (soname: string) =>
  (elf: ElfFile): ElfFile => ({
    ...elf,
    notes: {
      ...elf.notes,
      dlopen: [{ sonames: [soname], feature: 'keys', description: 'security keys', priority: 'suggested' }],
    },
  });

/** vfs_cap_data of revision 2 with the effective bit and one word of permitted capabilities. */
const capability = (permitted: string): string => `01000002${permitted}000000000000000000000000`;

const opener = ({ found }: { readonly found: boolean }) =>
  ({
    path: '/usr/bin/node',
    title: 'Node.js',
    found,
    mode: { binding: 'lazy', scope: 'local', deepbind: false },
    before: [],
  }) as const;

const execstack = 'GLIBC_TUNABLES=glibc.rtld.execstack=0';
const runcLine = (text: string): string =>
  `docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${text}`;

/** One case that catches and one that does not for every rule. */
export const cases: Readonly<Partial<Record<RuleId, RuleCase>>> = {
  'command-missing': {
    catches: {
      ...debian12,
      problems: [
        {
          kind: 'command-missing',
          stage: 'exec',
          fatal: true,
          seen: 'docker: Error response from daemon: no command specified',
          exitStatus: 125,
        },
      ],
    },
    tells: { seen: 'docker: Error response from daemon: no command specified', exitStatus: 125 },
    passes: debian12,
  },
  'user-unknown': {
    catches: { ...debian12, user: 'model' },
    tells: {
      seen: 'docker: Error response from daemon: unable to find user model: no matching entries in passwd file',
      exitStatus: 125,
    },
    passes: { ...debian12, user: 'nobody' },
  },
  'entrypoint-missing': {
    catches: { ...debian12, started: '/none' },
    tells: { seen: runcLine('exec: "/none": stat /none: no such file or directory'), exitStatus: 127 },
    passes: debian12,
  },
  'is-directory': {
    catches: { ...debian12, started: '/etc' },
    tells: { seen: runcLine('exec: "/etc": is a directory: permission denied'), exitStatus: 126 },
    passes: { ...debian12, started: '/none' },
  },
  'not-executable': {
    catches: { ...debian12, mode: 0o644 },
    tells: { seen: runcLine('exec: "/glibc-dynamic": permission denied'), exitStatus: 126 },
    passes: { ...debian12, mode: 0o711 },
  },
  'file-capabilities': {
    catches: { ...debian12, capability: capability('00002000') },
    tells: { seen: 'exec /glibc-dynamic: operation not permitted', exitStatus: 255 },
    passes: { ...debian12, capability: capability('00040000') },
  },
  'arguments-too-long': {
    catches: { ...debian12, env: [`BIG=${'a'.repeat(131_068)}`] },
    tells: { seen: 'exec /glibc-dynamic: argument list too long', exitStatus: 255 },
    passes: { ...debian12, env: [`BIG=${'a'.repeat(131_067)}`] },
  },
  'file-capabilities-note': {
    catches: { ...debian12, capability: capability('00040000') },
    tells: { seen: null, exitStatus: null },
    passes: { ...debian12, capability: capability('00002000') },
  },
  'script-ends': {
    catches: {
      ...debian12,
      problems: [
        {
          kind: 'script-ends',
          script: '/entrypoint.sh',
          line: 2,
          reason: 'set does not take -o pipefail there',
          isFault: true,
          stage: 'interpreter',
          fatal: true,
          seen: '/entrypoint.sh: 2: set: Illegal option -o pipefail',
          exitStatus: 2,
        },
      ],
    },
    tells: {
      subject: '/entrypoint.sh',
      seen: '/entrypoint.sh: 2: set: Illegal option -o pipefail',
      exitStatus: 2,
    },
    passes: debian12,
  },
  'healthcheck-fails': {
    catches: { ...debian12, healthcheck: ['/bin/sh', '-c', 'curl -f http://localhost/ || exit 1'] },
    tells: { subject: 'curl', seen: null, exitStatus: null },
    passes: { ...debian12, healthcheck: ['/bin/sh', '-c', 'curl -f http://localhost/ || true'] },
  },
  'image-platform': {
    catches: { ...debian12, program: 'aarch64-glibc-dynamic', labelled: 'arm64' },
    tells: {
      subject: 'linux/arm64',
      found: 'files for linux/amd64',
      seen: 'exec /aarch64-glibc-dynamic: no such file or directory',
      exitStatus: 255,
    },
    passes: { ...debian12, program: 'aarch64-glibc-dynamic' },
  },
  'image-platform-note': {
    catches: { ...debian12, program: 'glibc-static', change: asArm64, labelled: 'arm64' },
    tells: { found: 'files for linux/amd64', seen: null, exitStatus: null },
    passes: { ...debian12, program: 'aarch64-glibc-dynamic', labelled: 'arm64' },
  },
  'other-platform': {
    catches: {
      ...debian12,
      change: as32Bit,
      otherPlatform: { os: 'linux', architecture: '386', variant: null },
    },
    tells: { subject: 'linux/386', seen: null, exitStatus: null },
    passes: {
      ...debian12,
      change: as32Bit,
      problems: [],
      otherPlatform: { os: 'linux', architecture: '386', variant: null },
    },
  },
  'build-missing': {
    catches: { ...debian12, problems: [withoutBuild] },
    tells: {
      subject: '/app.jar',
      found: 'native files for linux/arm64 and macOS arm64 only',
      exitStatus: 1,
    },
    passes: debian12,
  },
  'arch-mismatch': {
    catches: { ...debian12, program: 'aarch64-glibc-dynamic' },
    tells: { seen: 'exec /aarch64-glibc-dynamic: exec format error', exitStatus: 255 },
    passes: { ...debian12, program: 'aarch64-glibc-dynamic', architecture: 'arm64' },
  },
  'exec-format': {
    catches: { ...debian12, content: { kind: 'other' } },
    tells: { seen: 'exec /glibc-dynamic: exec format error', exitStatus: 255 },
    passes: { ...debian12, program: 'script.sh' },
  },
  'script-crlf': {
    catches: { ...alpine, program: 'script-crlf.sh' },
    tells: { seen: 'exec /script-crlf.sh: no such file or directory', exitStatus: 255 },
    passes: { ...alpine, program: 'script.sh' },
  },
  'script-interpreter': {
    catches: { ...alpine, content: script('#!/bin/bash\n') },
    tells: { subject: '/bin/bash', seen: 'exec /musl-dynamic: no such file or directory', exitStatus: 255 },
    passes: { ...debian12, content: script('#!/bin/bash\n') },
  },
  'script-command-missing': {
    catches: { ...alpine, content: script('#!/usr/bin/env python3\n') },
    tells: { seen: "env: can't execute 'python3': No such file or directory", exitStatus: 127 },
    passes: { ...alpine, content: script('#!/usr/bin/env sh\n') },
  },
  'script-option': {
    catches: { ...alpine, content: script('#!/usr/bin/env -S sh -e\n') },
    tells: { found: '-S', seen: '/usr/bin/env: unrecognized option: S', exitStatus: 1 },
    passes: { ...debian12, content: script('#!/usr/bin/env -S sh -e\n') },
  },
  'script-unreadable': {
    catches: { ...alpine, content: script('#!/bin/sh\n'), mode: 0o711, user: 'nobody' },
    tells: { seen: "/bin/sh: can't open '/musl-dynamic': Permission denied", exitStatus: 2 },
    passes: { ...alpine, content: script('#!/bin/sh\n'), mode: 0o755, user: 'nobody' },
  },
  'kernel-too-old': {
    catches: { ...debian12, image: 'debian:11-slim', host: { kernel: [2, 6] } },
    tells: { seen: 'FATAL: kernel too old', exitStatus: 127 },
    passes: { ...debian12, host: { kernel: [2, 6] } },
  },
  'interpreter-missing': {
    catches: { ...alpine, program: 'glibc-dynamic' },
    tells: {
      subject: '/lib64/ld-linux-x86-64.so.2',
      seen: 'exec /glibc-dynamic: no such file or directory',
      exitStatus: 255,
    },
    passes: { ...alpine, program: 'glibc-static-pie' },
  },
  'interpreter-unusable': {
    catches: { ...debian12, files: [placed('usr/lib64/ld-linux-x86-64.so.2', { kind: 'other' })] },
    tells: { seen: 'exec /glibc-dynamic: accessing a corrupted shared library', exitStatus: 255 },
    passes: { ...alpine, program: 'glibc-dynamic' },
  },
  'no-loader': {
    catches: { image: 'scratch', program: 'addon.node' },
    tells: { subject: '/addon.node' },
    passes: { ...debian12, program: 'addon.node' },
  },
  'truncated-file': {
    catches: { ...debian12, program: 'truncated' },
    tells: { seen: null, exitStatus: 139 },
    passes: debian12,
  },
  'crash-at-start': {
    catches: { ...debian12, program: 'lib/libmodel.so.1', started: '/libmodel.so.1' },
    tells: { seen: null, exitStatus: 139 },
    passes: debian12,
  },
  'foreign-libc': {
    catches: { ...alpine, program: 'glibc-dynamic', change: needingLoader, files: [muslAsLoader] },
    tells: {
      subject: '/glibc-dynamic',
      seen: 'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /glibc-dynamic)',
      exitStatus: 127,
    },
    passes: { ...alpine, program: 'glibc-dynamic', files: [muslAsLoader] },
  },
  'library-missing': {
    catches: { ...debian12, program: 'missing-library' },
    tells: {
      subject: 'libmodel.so.1',
      seen: '/missing-library: error while loading shared libraries: libmodel.so.1: cannot open shared object file: No such file or directory',
      exitStatus: 127,
    },
    passes: { ...debian12, program: 'missing-library', files: [model] },
  },
  'library-unreadable': {
    catches: {
      ...debian12,
      program: 'missing-library',
      user: 'nobody',
      files: [{ ...model, mode: 0o600 }],
    },
    tells: {
      found: '/lib/libmodel.so.1: permission denied',
      seen: '/missing-library: error while loading shared libraries: libmodel.so.1: cannot open shared object file: Permission denied',
      exitStatus: 127,
    },
    passes: { ...debian12, program: 'missing-library', files: [{ ...model, mode: 0o600 }] },
  },
  'library-rejected': {
    catches: {
      ...debian12,
      program: 'missing-library',
      files: [placed('usr/lib/libmodel.so.1', { kind: 'other' })],
    },
    tells: {
      seen: '/missing-library: error while loading shared libraries: /lib/libmodel.so.1: invalid ELF header',
      exitStatus: 127,
    },
    passes: { ...debian12, program: 'missing-library' },
  },
  'preload-ignored': {
    catches: { ...debian12, env: ['LD_PRELOAD=/none.so'] },
    tells: {
      seen: "ERROR: ld.so: object '/none.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
      exitStatus: null,
    },
    passes: { ...debian12, env: ['LD_PRELOAD='] },
  },
  'version-missing': {
    catches: { ...debian12, program: 'needs-glibc-2.41' },
    tells: {
      expected: 'GLIBC_2.41 (for sched_getattr) in /lib/x86_64-linux-gnu/libc.so.6',
      seen: "/needs-glibc-2.41: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.41' not found (required by /needs-glibc-2.41)",
      exitStatus: 1,
    },
    passes: { image: 'debian:13-slim', program: 'needs-glibc-2.41' },
  },
  'weak-version-missing': {
    catches: { ...debian12, program: 'needs-glibc-2.41', change: weakly },
    tells: {
      seen: "/needs-glibc-2.41: /lib/x86_64-linux-gnu/libc.so.6: weak version `GLIBC_2.41' not found (required by /needs-glibc-2.41)",
      exitStatus: null,
    },
    passes: { ...debian12, program: 'needs-glibc-2.41' },
  },
  'version-table-missing': {
    catches: {
      ...debian12,
      program: 'missing-library',
      files: [model],
      change: needsVersionOf('libmodel.so.1', 'MODEL_1'),
    },
    tells: {
      seen: '/missing-library: /lib/libmodel.so.1: no version information available (required by /missing-library)',
      exitStatus: null,
    },
    passes: { ...debian12, program: 'missing-library', files: [model] },
  },
  'verneed-unloaded': {
    catches: { ...debian12, change: needsVersionOf('libgone.so.1', 'GONE_1') },
    tells: { subject: 'libgone.so.1', exitStatus: 127 },
    passes: { ...debian12, change: needsVersionOf('ld-linux-x86-64.so.2', 'GLIBC_2.3') },
  },
  'isa-level': {
    catches: { ...debian12, change: forLevel4, host: { cpu: 'x86-64-v3' } },
    tells: { seen: '/glibc-dynamic: CPU ISA level is lower than required', exitStatus: 127 },
    passes: { ...debian12, change: forLevel4, host: { cpu: 'x86-64-v4' } },
  },
  'isa-level-note': {
    catches: { ...debian12, change: forLevel4 },
    tells: { subject: '/glibc-dynamic' },
    passes: { ...debian12, change: forLevel4, host: { cpu: 'x86-64-v3' } },
  },
  'hwcaps-copy': {
    catches: { ...debian12, program: 'missing-library', files: [model, modelForLevel3] },
    tells: { subject: 'libmodel.so.1', seen: null, exitStatus: null },
    passes: {
      ...debian12,
      program: 'missing-library',
      files: [model, modelForLevel3],
      host: { cpu: 'x86-64-v2' },
    },
  },
  'executable-stack': {
    catches: { image: 'debian:13-slim', program: 'glibc-dynamic', change: withStack, env: [execstack] },
    tells: { seen: 'Fatal glibc error: executable stack is not allowed', exitStatus: 127 },
    passes: { ...debian12, change: withStack, env: [execstack] },
  },
  'symbol-missing': {
    catches: { ...debian12, program: 'missing-symbol-now', files: [model] },
    tells: {
      seen: '/missing-symbol-now: symbol lookup error: /missing-symbol-now: undefined symbol: model_score',
      exitStatus: 127,
    },
    passes: { ...debian12, program: 'missing-symbol-lazy', files: [model] },
  },
  'symbol-missing-lazy': {
    catches: { ...debian12, program: 'missing-symbol-lazy', files: [model] },
    tells: {
      seen: '/missing-symbol-lazy: symbol lookup error: /missing-symbol-lazy: undefined symbol: model_score',
      exitStatus: 127,
    },
    passes: { ...debian12, program: 'missing-symbol-lazy' },
  },
  'host-symbols': {
    catches: { ...debian12, program: 'addon.node' },
    tells: { subject: 'napi_create_int32, napi_set_named_property', seen: null, exitStatus: null },
    passes: { ...debian12, program: 'lib/libmodel.so.1' },
  },
  'opened-by': {
    catches: { ...debian12, program: 'addon.node', opener: opener({ found: true }) },
    tells: { subject: '/usr/bin/node', seen: null, exitStatus: null },
    passes: { ...debian12, program: 'addon.node', opener: opener({ found: false }) },
  },
  'caller-unusable': {
    catches: {
      ...debian12,
      program: 'addon.node',
      problems: [
        {
          kind: 'caller-unusable',
          caller: '/usr/bin/node',
          path: '/addon.node',
          reason: 'there is no such file',
          stage: 'exec',
          fatal: true,
          seen: 'exec: "/usr/bin/node": stat /usr/bin/node: no such file or directory',
          exitStatus: 127,
        },
      ],
    },
    tells: { subject: '/usr/bin/node', exitStatus: 127 },
    passes: { ...debian12, program: 'addon.node' },
  },
  'caller-refuses': {
    catches: {
      ...debian12,
      program: 'addon.node',
      problems: [
        {
          kind: 'caller-refuses',
          caller: '/usr/bin/node',
          path: '/addon.node',
          reason: 'it registers itself for NODE_MODULE_VERSION 93',
          built: 'NODE_MODULE_VERSION 93',
          runs: 'NODE_MODULE_VERSION 115',
          stage: 'library',
          fatal: true,
          seen: 'Error: Module did not self-register',
          exitStatus: 1,
        },
      ],
    },
    tells: { subject: 'NODE_MODULE_VERSION 93', exitStatus: 1 },
    passes: { ...debian12, program: 'addon.node' },
  },
  'static-caller': {
    catches: {
      ...debian12,
      program: 'addon.node',
      problems: [
        {
          kind: 'static-caller',
          caller: '/usr/sbin/host',
          path: '/addon.node',
          stage: 'library',
          fatal: true,
          seen: 'Dynamic loading not supported',
          exitStatus: 1,
        },
      ],
    },
    tells: { seen: 'Dynamic loading not supported', exitStatus: 1 },
    passes: { ...debian12, program: 'addon.node' },
  },
  'loader-libc-mismatch': {
    catches: {
      ...debian12,
      program: 'needs-glibc-2.17',
      files: [
        await taken(
          'usr/lib/x86_64-linux-gnu/libc.so.6',
          'debian:11-slim',
          '/lib/x86_64-linux-gnu/libc.so.6',
        ),
      ],
    },
    tells: {
      seen: "Inconsistency detected by ld.so: dl-call-libc-early-init.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!",
      exitStatus: 127,
    },
    passes: { ...debian12, program: 'needs-glibc-2.17' },
  },
  'tunables-ignored': {
    catches: { image: 'debian:13-slim', program: 'glibc-dynamic', env: ['GLIBC_TUNABLES=glibc.rtld.nns=8:'] },
    tells: {
      seen: "WARNING: ld.so: invalid GLIBC_TUNABLES `glibc.rtld.nns=8:': ignored.",
      exitStatus: null,
    },
    passes: { ...debian12, env: ['GLIBC_TUNABLES=glibc.rtld.nns=8:'] },
  },
  'mixed-glibc': {
    catches: {
      ...debian12,
      program: 'needs-glibc-2.17',
      files: [await taken('f/libdl.so.2', 'debian:11-slim', '/lib/x86_64-linux-gnu/libdl.so.2')],
      env: ['LD_PRELOAD=/f/libdl.so.2'],
    },
    tells: { seen: null, exitStatus: 139 },
    passes: {
      ...debian12,
      program: 'needs-glibc-2.17',
      files: [await taken('f/libdl.so.2', 'debian:13-slim', '/lib/x86_64-linux-gnu/libdl.so.2')],
      env: ['LD_PRELOAD=/f/libdl.so.2'],
    },
  },
  'relocation-unsupported': {
    catches: { ...alpine, change: withIrelative },
    tells: { seen: 'Error relocating /musl-dynamic: unsupported relocation type 37', exitStatus: 127 },
    passes: { ...debian12, change: withIrelative },
  },
  'static-tls': {
    catches: { ...debian12, program: 'lib/libmodel.so.1', change: withFixedTls(1760) },
    tells: { seen: '/libmodel.so.1: cannot allocate memory in static TLS block', exitStatus: 1 },
    passes: { ...debian12, program: 'lib/libmodel.so.1', change: withFixedTls(1700) },
  },
  'relr-unsupported': {
    catches: { image: 'debian:11-slim', program: 'needs-glibc-2.17', change: withRelr },
    tells: { seen: null, exitStatus: 139 },
    passes: { ...alpine, change: withRelr },
  },
  'textrel-unsupported': {
    catches: { ...alpine, change: withTextrel },
    tells: { seen: null, exitStatus: 139 },
    passes: { ...debian12, change: withTextrel },
  },
  'copy-size-differs': {
    catches: {
      ...debian12,
      problems: [
        {
          kind: 'copy-size',
          name: 'arr',
          path: '/lib/libarr.so.1',
          stage: 'symbol',
          fatal: false,
          seen: "/glibc-dynamic: Symbol `arr' has different size in shared object, consider re-linking",
          exitStatus: null,
        },
      ],
    },
    tells: {
      subject: 'arr',
      seen: "/glibc-dynamic: Symbol `arr' has different size in shared object, consider re-linking",
      exitStatus: null,
    },
    passes: debian12,
  },
  'glibc-under-musl': {
    catches: {
      ...alpine,
      program: 'glibc-dynamic',
      files: [linked('lib64/ld-linux-x86-64.so.2', '/lib/ld-musl-x86_64.so.1')],
    },
    tells: { subject: '/glibc-dynamic', seen: null, exitStatus: null },
    passes: alpine,
  },
  'static-glibc-services': {
    catches: {
      ...debian12,
      program: 'glibc-static',
      hints: { staticGlibc: { iconv: true, nss: true, nssBuiltIn: false, dlopen: true } },
    },
    tells: { subject: '/glibc-static', seen: null, exitStatus: null },
    passes: { ...debian12, program: 'glibc-static' },
  },
  appimage: {
    catches: { ...debian12, hints: { appImage: 2 } },
    tells: { subject: '/glibc-dynamic', seen: null, exitStatus: null },
    passes: debian12,
  },
  'packed-binary': {
    catches: {
      ...debian12,
      hints: { upx: { kind: 'hidden', reason: 'its method of packing is not known' } },
    },
    tells: { subject: '/glibc-dynamic', seen: null, exitStatus: null },
    passes: debian12,
  },
  'dlopen-missing': {
    catches: { ...debian12, change: loadsOnDemand('libfido2.so.1') },
    tells: { subject: 'libfido2.so.1', seen: null, exitStatus: null },
    passes: { ...debian12, change: loadsOnDemand('libz.so.1') },
  },
};
