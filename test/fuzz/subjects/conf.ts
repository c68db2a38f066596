import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import type { FileContent } from '../../../src/image/image.ts';
import type { Random } from '../../differential/mutated/random.ts';
import { caseImage, examineCommand, examinePlugin, fileEntry } from '../starts.ts';
import type { Fuzzer, Subject } from '../subject.ts';
import { changedText } from '../text-changes.ts';

interface Seed {
  readonly path: string;
  readonly text: string;
  /** In which image a start reads it; `as`: the user of the start, `opened`: where a plugin is opened. */
  readonly image: 'glibc-2.36' | 'alpine-3.20';
  readonly as?: string;
  readonly opened?: string;
}

const php = '; extensions\n[PHP]\nextension_dir = "/usr/lib/php"\nextension=pdo\nzend_extension=opcache.so\n';
const nginx =
  'user www;\nload_module modules/a.so;\ninclude /etc/nginx/modules/*.conf;\nevents { worker 1; }\n';
const apache =
  'ServerRoot "/etc/apache2"\nLoadModule a_module modules/a.so\n<IfModule b>\nInclude conf/*.conf\n</IfModule>\n';

const seeds: readonly Seed[] = [
  {
    path: 'etc/ld.so.conf',
    text: '/usr/local/lib\ninclude /etc/ld.so.conf.d/*.conf\nhwcap 0 x\n',
    image: 'glibc-2.36',
  },
  { path: 'etc/ld.so.preload', text: '/lib/libc.so.6 libm.so.6:/nowhere.so # why\n', image: 'glibc-2.36' },
  { path: 'etc/ld-musl-x86_64.path', text: '/lib:/usr/local/lib\n/usr/lib\n', image: 'alpine-3.20' },
  {
    path: 'etc/passwd',
    text: 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/srv:/bin/false\n',
    image: 'glibc-2.36',
    as: 'web',
  },
  {
    path: 'etc/group',
    text: 'root:x:0:\nweb:x:33:web,root\nstaff:x:50:web\n',
    image: 'glibc-2.36',
    as: '0:staff',
  },
  {
    path: 'etc/os-release',
    text: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n',
    image: 'glibc-2.36',
  },
  {
    path: 'etc/nsswitch.conf',
    text: 'passwd: files systemd\nhosts: files mdns4 [NOTFOUND=return] dns\n',
    image: 'glibc-2.36',
  },
  {
    path: 'var/lib/dpkg/status',
    text: 'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\nDepends: a (>= 1), b | c\n\nPackage: x\nVersion: 1\n',
    image: 'glibc-2.36',
  },
  {
    path: 'lib/apk/db/installed',
    text: 'C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:x\n',
    image: 'alpine-3.20',
  },
  {
    path: 'etc/php/8.2/cli/conf.d/10-a.ini',
    text: php,
    image: 'glibc-2.36',
    opened: 'usr/lib/php/20220829/a.so',
  },
  {
    path: 'etc/nginx/nginx.conf',
    text: nginx,
    image: 'glibc-2.36',
    opened: 'usr/lib/nginx/modules/ngx_a.so',
  },
  {
    path: 'etc/apache2/apache2.conf',
    text: apache,
    image: 'glibc-2.36',
    opened: 'usr/lib/apache2/modules/mod_a.so',
  },
  {
    path: 'usr/share/postgresql/15/postgresql.conf.sample',
    text: "shared_preload_libraries = 'a,b'\ninclude_dir 'conf.d'\n",
    image: 'glibc-2.36',
    opened: 'usr/lib/postgresql/15/lib/a.so',
  },
];

const words = [
  ...seeds.flatMap(({ text }) => text.split(/\s+/)),
  ...[
    'include',
    'Include',
    'load_module',
    'LoadModule',
    'extension=',
    '/etc/ld.so.conf',
    '$ORIGIN',
    '$LIB',
    ':',
    '::',
    '=',
    '[',
    '{',
    '}',
  ],
];

/** The number of the seed in one byte, then the text: what the input is read as depends on nothing else. */
function make(random: Random): Buffer {
  const which = random.below(seeds.length);
  const { text } = seeds[which] ?? { text: '' };
  return Buffer.concat([Buffer.from([which]), Buffer.from(changedText(text, words, random), 'latin1')]);
}

interface Program {
  readonly content: Extract<FileContent, { kind: 'elf' }>;
  readonly size: number;
}

function program(name: string): Program {
  const bytes = readFileSync(resolve('fixtures/bin', name));
  return { content: { kind: 'elf', elf: readElf(bufferSource(bytes)) }, size: bytes.length };
}

const plugin = program('addon.node');
const programs = { 'alpine-3.20': program('musl-missing-library'), 'glibc-2.36': program('missing-library') };

/** A start, or a plugin that is opened, in an image that has the text at its path. */
async function feed(input: Buffer): Promise<void> {
  const seed = seeds[(input[0] ?? 0) % seeds.length];
  if (seed === undefined) return;
  const bytes = input.subarray(1);
  const text = fileEntry(seed.path, { kind: 'kept', bytes }, bytes.length);
  const image = caseImage(seed.image);
  if (seed.opened !== undefined) {
    await examinePlugin(image, `/${seed.opened}`, plugin, [text]);
    return;
  }
  const { content, size } = programs[seed.image];
  await examineCommand(['/p'], image, [text, fileEntry('p', content, size)], seed.as ?? null);
}

/** Changed configuration of loaders, accounts, package databases and programs with plugins. */
export const conf: Subject = {
  name: 'conf',
  inputs: 'configuration of loaders, accounts, package databases and programs with plugins',
  prepare: (): Fuzzer => ({ make, feed }),
};
