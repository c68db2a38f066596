import { type ForeignAt, foreignAt } from '../container/foreign-at.ts';
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

const advisers: Readonly<
  Partial<Record<Exclude<ForeignAt['kind'], 'word' | 'dangling-link'>, ForeignAdviser>>
> = {
  empty: (name) => [remedy(`Build, download or copy ${name} again: nothing is in it.`)],
  'mach-o': otherSystem,
  pe: otherSystem,
  dotnet: (name) => [remedy('Run it with the dotnet runtime.', `ENTRYPOINT ["dotnet", "${name}"]`)],
  wasm: (name) => [remedy('Run it with a WebAssembly runtime.', `wasmtime ${name}`)],
  bitcode: (name) => [remedy('Link it.', `clang ${name} -o ${stem(name)}`)],
  'object-file': (name) => [
    name.endsWith('.ko')
      ? remedy('A kernel module is loaded by the host, not by a container.', `insmod ${name}`)
      : remedy('Link it.', `gcc ${name} -o ${stem(name)}`),
  ],
  'static-library': () => [
    remedy('Link it into a program or a shared library, and check that one.', 'gcc … -o PROGRAM'),
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
  tar: unpackFirst((name) => `tar -xf ${name}`),
  'java-class': (name) => [remedy('Run it with java.', `java -cp . ${stem(name)}`)],
  'git-lfs': (name) => [
    remedy(
      'Fetch the file that the pointer names before building the image.',
      `git lfs pull --include ${name}`,
    ),
  ],
  'linker-script': () => [
    remedy('Name the library that the script points to; only that one is loaded when a program runs.'),
  ],
  dockerfile: (name) => [
    remedy(
      'Build the image, and check the program that goes into it.',
      `docker build -f ${name} -t IMAGE . && libc-check PROGRAM --image IMAGE`,
    ),
  ],
  'web-page': (name) => [
    remedy(`Download ${name} again, with a command that fails when the server does.`, 'curl --fail -LO URL'),
  ],
};

const stem = (name: string): string => name.replace(/\.[^.]*$/, '') || 'PROGRAM';

/** The text took the place of a link: make the link again. */
function restoreLink(path: string, target: string, isThere: boolean): readonly Remedy[] {
  if (!isThere && !/\/|\.so/.test(target)) return [];
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
  if (foreign.kind === 'word') return restoreLink(path, foreign.target, foreign.isThere);
  if (foreign.kind === 'dangling-link') {
    return [
      remedy(
        `Copy what the link leads to, ${foreign.target}, to that place, or copy it instead of the link.`,
      ),
    ];
  }
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return advisers[foreign.kind]?.(nameOf(path), folder, facts) ?? [];
}
