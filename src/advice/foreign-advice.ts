import { type ForeignAt, foreignAt } from '../container/foreign-at.ts';
import { isLibraryName } from '../image/foreign/library-name.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, nameOf, remedy } from './binary-facts.ts';

/** What to do about a file, by what it is; `name` is its last name, `folder` its folder, with a slash. */
type ForeignAdviser = (name: string, folder: string, facts: AdviceFacts) => readonly Remedy[];

const unpackFirst =
  (command: (name: string) => string): ForeignAdviser =>
  (name) => [remedy('Unpack it, and copy what is in it.', command(name))];

/** A build for another system came along: built or installed outside of the image. */
const otherSystem: ForeignAdviser = (name, _folder, facts) => {
  if (name.endsWith('.node')) {
    return [
      remedy('Install the packages inside the image, not outside.', 'RUN npm ci'),
      remedy('Keep those of this machine out of the build (.dockerignore).', 'node_modules'),
    ];
  }
  return [
    remedy(
      `Take the build for ${facts.platform}: download or compile that one, best inside the image's own build.`,
      `docker build --platform ${facts.platform} …`,
    ),
  ];
};

const again: ForeignAdviser = (name) => [remedy(`Build, download or copy ${name} again: it is incomplete.`)];

const downloadAgain: ForeignAdviser = (name) => [
  remedy(`Download ${name} again, with a command that fails when the server does.`, 'curl --fail -LO URL'),
];

const advisers: Readonly<
  Partial<
    Record<
      Exclude<ForeignAt['kind'], 'late-shebang' | 'broken-shebang' | 'word' | 'dangling-link'>,
      ForeignAdviser
    >
  >
> = {
  folder: (name) => [
    remedy(`Put the library itself there: a mount of a file that does not exist makes ${name} a folder.`),
  ],
  empty: (name) => [remedy(`Build, download or copy ${name} again: nothing is in it.`)],
  'mach-o': otherSystem,
  pe: otherSystem,
  'other-elf': otherSystem,
  dotnet: (name) => [remedy('Run it with the dotnet runtime.', `ENTRYPOINT ["dotnet", "${name}"]`)],
  wasm: (name) => [remedy('Run it with a WebAssembly runtime.', `wasmtime ${name}`)],
  bitcode: (name) => [remedy('Link it.', `clang ${name} -o ${stem(name)}`)],
  'object-file': (name) => [
    name.endsWith('.ko')
      ? remedy('A kernel module is loaded by the host, not by a container.', `insmod ${name}`)
      : remedy('Link it.', isLibraryName(name) ? sharedLink(name) : `gcc ${name} -o ${stem(name)}`),
  ],
  'static-library': (name) => [
    isLibraryName(name)
      ? remedy('Link a shared library of it.', sharedLink(name))
      : remedy('Link it into a program or a shared library, and check that one.', 'gcc … -o PROGRAM'),
  ],
  'debian-package': (name) => [
    remedy('Install it in the image.', `RUN apt-get update && apt-get install -y ./${name}`),
  ],
  'rpm-package': (name) => [remedy('Install it in the image.', `RUN dnf install -y ./${name}`)],
  zip: unpackFirst((name) => `unzip ${name}`),
  gzip: unpackFirst((name) => (/\.t(?:ar\.)?gz$/.test(name) ? `tar -xzf ${name}` : `gunzip ${name}`)),
  xz: unpackFirst((name) => (/\.t(?:ar\.)?xz$/.test(name) ? `tar -xJf ${name}` : `unxz ${name}`)),
  zstd: unpackFirst((name) => (name.includes('.tar') ? `tar --zstd -xf ${name}` : `unzstd ${name}`)),
  bzip2: unpackFirst((name) => (name.includes('.tar') ? `tar -xjf ${name}` : `bunzip2 ${name}`)),
  '7z': unpackFirst((name) => `7z x ${name}`),
  rar: unpackFirst((name) => `unrar x ${name}`),
  lz4: unpackFirst((name) => `unlz4 ${name}`),
  compress: unpackFirst((name) => `uncompress ${name}`),
  squashfs: unpackFirst((name) => `unsquashfs ${name}`),
  'python-bytecode': (name) => [
    remedy('Run it with the Python that compiled it, or copy its source.', `python3 ${name}`),
  ],
  aix: otherSystem,
  plan9: otherSystem,
  'elf-stump': again,
  'core-dump': (name) => [
    remedy(`Copy the program, not ${name}: a debugger reads a core dump.`, `gdb PROGRAM ${name}`),
  ],
  tar: unpackFirst((name) => `tar -xf ${name}`),
  'java-class': (name) => [remedy('Run it with java.', `java -cp . ${stem(name)}`)],
  'git-lfs': (name) => [
    remedy(
      'Fetch the file that the pointer names before building the image.',
      `git lfs pull --include ${name}`,
    ),
  ],
  'linker-script': (name, folder, { at }) => [
    at === `${folder}${name}`
      ? remedy('Name the library that the script points to; only that one is loaded when a program runs.')
      : remedy('Put the library that the script points to in its place: only linkers read such a script.'),
  ],
  dockerfile: (name) => [
    remedy(
      'Build the image, and check the program that goes into it.',
      `docker build -f ${name} -t IMAGE . && libc-check PROGRAM --image IMAGE`,
    ),
  ],
  'batch-file': (name) => [
    remedy(
      /\.(?:cmd|bat)$/i.test(name)
        ? `Name the file for Linux: npm writes one beside it, without the ending.`
        : 'Install the packages inside the image: on Linux it gets a script or link of that name instead.',
      /\.(?:cmd|bat)$/i.test(name) ? name.replace(/\.[^.]*$/, '') : 'RUN npm ci',
    ),
  ],
  'web-page': downloadAgain,
  'server-answer': downloadAgain,
};

const sharedLink = (name: string): string => `gcc -shared … -o ${name}`;

const stem = (name: string): string => name.replace(/\.[^.]*$/, '') || 'PROGRAM';

/** The kernel looks at the first two bytes. */
function shebangFirst(name: string, before: Extract<ForeignAt, { kind: 'late-shebang' }>['before']): Remedy {
  switch (before) {
    case 'byte-order-mark':
      return remedy('Save it without a byte order mark.', `sed -i '1s/^\\xEF\\xBB\\xBF//' ${name}`);
    case 'utf-16':
      return remedy('Save it as UTF-8.', `iconv -f UTF-16 -t UTF-8 ${name} > ${name}.utf8`);
    default:
      return remedy(
        'Make the line with #! the first, with nothing before it.',
        `sed -i '/^[[:space:]]*#!/,$!d;s/^[[:space:]]*#!/#!/' ${name}`,
      );
  }
}

/** The first two bytes are to be `#!`. */
const mendShebang = (name: string, by: Extract<ForeignAt, { kind: 'broken-shebang' }>['by']): Remedy =>
  by === 'space'
    ? remedy('Remove the space.', `sed -i '1s/^#[[:space:]]*!/#!/' ${name}`)
    : remedy('Put # before it.', `sed -i '1s/^/#/' ${name}`);

/** What interprets a script, by the end of its name. */
const interpreters: readonly (readonly [ending: RegExp, shebang: string])[] = [
  [/\.py$/, '#!/usr/bin/env python3'],
  [/\.[cm]?js$/, '#!/usr/bin/env node'],
  [/\.rb$/, '#!/usr/bin/env ruby'],
  [/\.pl$/, '#!/usr/bin/env perl'],
  [/\.php$/, '#!/usr/bin/env php'],
];

/** What to do about a text that was executed and does not say by what; empty where the file at `path` is none. */
export function adviseOnText(path: string, facts: AdviceFacts): readonly Remedy[] {
  const kind = foreignAt(facts.rootfs, path)?.kind;
  if (kind !== 'text' && kind !== 'word') return [];
  const name = nameOf(path);
  const shebang = interpreters.find(([ending]) => ending.test(name))?.[1] ?? '#!/bin/sh';
  const found = facts.rootfs.lookup(path);
  const isExecutable = found.ok && (found.inode.mode & 0o111) !== 0;
  const [mode, command] = isExecutable ? ['', ''] : [', and make it executable', ` && chmod +x ${name}`];
  return [
    remedy(
      `If it is a script, make ${shebang} its first line${mode}.`,
      `sed -i '1i ${shebang}' ${name}${command}`,
    ),
  ];
}

/** The text took the place of a link: make the link again. */
function restoreLink(
  path: string,
  { target, isThere, wasThere }: Extract<ForeignAt, { kind: 'word' }>,
): readonly Remedy[] {
  if (!isThere && !wasThere && !/\/|\.so/.test(target)) return [];
  const link = `ln -sf ${target} ${path}`;
  const archivers = 'keep links when packing (zip -y, tar, git config core.symlinks true)';
  return [
    isThere
      ? remedy(`Make it a link again, and ${archivers}.`, `RUN ${link}`)
      : remedy(`Copy ${target} too, make this a link to it again, and ${archivers}.`, `RUN ${link}`),
  ];
}

/** What to do about the file at `path` of the image, by what it is; empty where it is a program or library, or of no known format. */
export function adviseOnForeign(path: string, facts: AdviceFacts): readonly Remedy[] {
  const foreign = foreignAt(facts.rootfs, path);
  if (foreign === null) return [];
  if (foreign.kind === 'word') return restoreLink(path, foreign);
  if (foreign.kind === 'late-shebang') return [shebangFirst(nameOf(path), foreign.before)];
  if (foreign.kind === 'broken-shebang') return [mendShebang(nameOf(path), foreign.by)];
  if (foreign.kind === 'dangling-link') {
    if (foreign.isLoop) return [remedy('Make the link lead to a file, or copy the file in its place.')];
    return [
      remedy(
        `Copy what the link leads to, ${foreign.target}, to that place, or copy it instead of the link.`,
      ),
    ];
  }
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return advisers[foreign.kind]?.(nameOf(path), folder, facts) ?? [];
}
