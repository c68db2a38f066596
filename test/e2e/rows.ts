import type { ImageName } from './images.ts';

/** One program in one image. The table does not say whether it starts: `docker run` shows it. */
export interface Row {
  readonly image: ImageName | 'glibc, ld.so.cache' | 'glibc, stale ld.so.cache';
  /** A file below fixtures/, or the text of a script. */
  readonly binary: string | { readonly text: string };
  /** Where it stands; default `/app/NAME`. */
  readonly at?: string;
  /** Its permission bits; default 0755. */
  readonly mode?: number;
  readonly args?: readonly string[];
  /** Copied along, as a Dockerfile would: [below fixtures/, path in the image]. */
  readonly add?: readonly [string, string];
  /** `KEY=value` over the image's. */
  readonly env?: string;
  /** Over the image's. */
  readonly user?: string;
}

const service = { binary: 'prediction-api', args: ['--version'] };
const model = 'bin/missing-library';

function everywhere(image: Row['image'], ...binaries: readonly Row['binary'][]): Row[] {
  return binaries.map((binary) => ({ image, binary }));
}

export const rows: readonly Row[] = [
  { image: 'empty', ...service },
  ...everywhere('empty', 'bin/glibc-dynamic', 'bin/musl-dynamic', 'bin/go-like-pie', 'bin/script.sh'),
  ...everywhere('empty', 'bin/glibc-static', 'bin/glibc-static-pie', 'bin/musl-static'),

  { image: 'glibc', ...service },
  ...everywhere(
    'glibc',
    'bin/glibc-dynamic',
    'bin/go-like-pie',
    'bin/musl-dynamic',
    'bin/musl-static',
    'bin/glibc-static',
  ),
  ...everywhere('glibc', 'bin/needs-glibc-2.17', 'bin/needs-glibc-2.38', 'bin/needs-glibc-2.41'),
  ...everywhere('glibc', model, 'bin/missing-symbol-lazy', 'bin/missing-symbol-now', 'bin/truncated'),
  ...everywhere('glibc', 'bin/script.sh', 'bin/script-crlf.sh', 'bin/origin/bin/runpath-origin'),
  { image: 'glibc', binary: 'bin/glibc-dynamic', mode: 0o644 },
  { image: 'glibc', binary: 'bin/script.sh', mode: 0o644 },
  { image: 'glibc', binary: 'bin/glibc-dynamic', at: '/glibc-dynamic' },
  {
    image: 'glibc',
    binary: 'bin/origin/bin/runpath-origin',
    at: '/opt/greeter/bin/greet',
    add: ['bin/origin/lib', '/opt/greeter/lib'],
  },
  {
    image: 'glibc',
    binary: 'bin/origin/bin/runpath-origin',
    at: '/opt/greeter/bin/greet',
    add: ['bin/origin/lib', '/opt/elsewhere/lib'],
  },

  { image: 'glibc, merged /usr', ...service },
  ...everywhere('glibc, merged /usr', 'bin/script.sh', model),
  ...everywhere('glibc, merged /usr, /lib64 replaced by a folder', 'bin/glibc-dynamic', 'bin/script.sh'),
  ...everywhere('glibc, merged /usr, a later file below the link /lib', model),

  ...everywhere(
    'glibc, loader removed by a later layer',
    'bin/glibc-dynamic',
    'bin/script.sh',
    'bin/glibc-static',
  ),
  ...everywhere('glibc, its folder hidden by an opaque directory', 'bin/glibc-dynamic'),
  { image: 'glibc, libgcc removed by a later layer', ...service },
  ...everywhere('glibc, libgcc removed by a later layer', 'bin/glibc-dynamic'),
  ...everywhere('glibc, loader not executable', 'bin/glibc-dynamic'),
  ...everywhere('glibc, loader made not executable by a hard link', 'bin/glibc-dynamic'),
  ...everywhere('glibc, loader of another machine', 'bin/glibc-dynamic'),
  ...everywhere('glibc, loader is a link to itself', 'bin/glibc-dynamic'),
  ...everywhere('glibc, loader below a file', 'bin/glibc-dynamic'),

  ...everywhere(
    'glibc, libmodel in a default directory',
    model,
    'bin/missing-symbol-lazy',
    'bin/missing-symbol-now',
  ),
  ...everywhere('glibc, libmodel in /usr/local/lib, no cache', model),
  ...everywhere(
    'glibc, libmodel by LD_LIBRARY_PATH',
    model,
    'bin/missing-symbol-lazy',
    'bin/missing-symbol-now',
  ),
  ...everywhere('glibc, libmodel in the working directory', model),
  ...everywhere('glibc, libmodel by LD_LIBRARY_PATH, LD_BIND_NOW', model, 'bin/missing-symbol-lazy'),
  ...everywhere('glibc, libmodel of another machine', model),
  ...everywhere('glibc, libmodel of another machine, then a good one', model),
  ...everywhere('glibc, libmodel is text, then a good one', model),
  ...everywhere('glibc, libmodel is empty', model),
  ...everywhere('glibc, libmodel is a directory', model),
  ...everywhere('glibc, libmodel is a program', model),
  ...everywhere('glibc, libmodel is a link to nothing', model),
  ...everywhere('glibc, libmodel unreadable, user worker', model),
  { image: 'glibc, user worker', binary: 'bin/glibc-dynamic' },
  { image: 'glibc, user worker', binary: 'bin/glibc-dynamic', mode: 0o700 },
  { image: 'glibc, user worker', binary: 'bin/glibc-dynamic', mode: 0o711 },
  { image: 'glibc, user worker', binary: 'bin/script.sh', mode: 0o711 },
  { image: 'glibc, user 4711', binary: 'bin/glibc-dynamic', mode: 0o750 },
  { image: 'glibc, user 4711', binary: 'bin/glibc-dynamic', mode: 0o701 },
  ...everywhere(
    'glibc, LD_PRELOAD names nothing',
    'bin/glibc-dynamic',
    'bin/glibc-static',
    'bin/needs-glibc-2.41',
  ),
  ...everywhere('glibc, LD_PRELOAD names libmodel', model),
  { image: 'glibc', binary: 'bin/glibc-dynamic', env: 'LD_PRELOAD=/lib64' },
  ...everywhere('glibc, /etc/ld.so.preload names nothing', 'bin/glibc-dynamic'),
  ...everywhere('glibc, ld.so.cache', model, 'bin/missing-symbol-now'),
  ...everywhere('glibc, stale ld.so.cache', model),

  ...everywhere(
    'glibc, libc removed by a later layer',
    'bin/glibc-dynamic',
    'bin/go-like-pie',
    'bin/script.sh',
  ),
  ...everywhere('glibc, LD_LIBRARY_PATH with tokens', model),
  ...everywhere('glibc, LD_LIBRARY_PATH from the program', model),
  { image: 'glibc, LD_LIBRARY_PATH from the program', binary: model, at: '/srv/bin/model' },
  { image: 'glibc, libmodel by LD_LIBRARY_PATH', binary: model, mode: 0o4755, user: 'worker' },
  { image: 'glibc, libmodel by LD_LIBRARY_PATH', binary: model, mode: 0o4755 },
  { image: 'glibc, libmodel by LD_LIBRARY_PATH', binary: model, env: 'LD_LIBRARY_PATH=' },
  { image: 'glibc, libmodel by LD_LIBRARY_PATH', binary: 'bin/missing-symbol-lazy', env: 'LD_BIND_NOW=1' },
  { image: 'glibc, libmodel by LD_LIBRARY_PATH', binary: 'bin/missing-symbol-lazy', env: 'LD_BIND_NOW=' },
  { image: 'glibc, with ldconfig', binary: model, env: 'LD_LIBRARY_PATH=/opt/gone;/opt/model/lib' },
  { image: 'glibc', binary: 'bin/glibc-dynamic', user: 'nobody-there' },
  { image: 'glibc', binary: 'bin/glibc-dynamic', user: '4711:4711', mode: 0o750 },
  { image: 'glibc', binary: 'bin/glibc-dynamic', user: 'worker', mode: 0o600 },
  { image: 'glibc, a folder that only root enters', binary: 'bin/glibc-dynamic', at: '/closed/program' },
  {
    image: 'glibc, a folder that only root enters',
    binary: 'bin/glibc-dynamic',
    at: '/closed/program',
    user: 'worker',
  },

  ...everywhere(
    'glibc',
    { text: '' },
    { text: 'echo started\n' },
    { text: '#!\n' },
    { text: '#! /bin/sh -e\necho started\n' },
    { text: '#!/bin/sh -e\r\necho started\n' },
    { text: '#!/bin/sh' },
    { text: '\ufeff#!/bin/sh\necho started\n' },
    { text: '#!/usr/bin/env sh\necho started\n' },
    { text: '#!/etc/passwd\n' },
    { text: '#!/etc\n' },
    { text: '#!/app/script\n' },
    { text: '#!bin/sh\necho started\n' },
    { text: `#!/${'x'.repeat(253)}\n` },
    { text: `#!/${'x'.repeat(254)}\n` },
  ),

  { image: 'musl', ...service },
  ...everywhere(
    'musl',
    'bin/musl-dynamic',
    'bin/musl-static',
    'bin/glibc-static',
    'bin/glibc-dynamic',
    'bin/go-like-pie',
  ),
  ...everywhere('musl', 'bin/musl-missing-library', 'bin/musl-missing-symbol', 'bin/script.sh'),
  ...everywhere(
    'musl, libmodel in a default directory',
    'bin/musl-missing-library',
    'bin/musl-missing-symbol',
  ),
  ...everywhere('musl, libmodel by its path file', 'bin/musl-missing-library'),
  {
    image: 'musl, libmodel by its path file',
    binary: 'bin/musl-missing-library',
    env: 'LD_PRELOAD=/opt/gone.so',
  },
  {
    image: 'musl, with libmodel in /opt',
    binary: 'bin/musl-missing-library',
    env: 'LD_LIBRARY_PATH=/opt/model/lib',
  },
  {
    image: 'musl, with libmodel in /opt',
    binary: 'bin/musl-missing-library',
    env: 'LD_LIBRARY_PATH=/opt/model/lib',
    user: 'worker',
    mode: 0o4755,
  },
  ...everywhere(
    'musl, libmodel in a default directory that the path file replaces',
    'bin/musl-missing-library',
  ),
  ...everywhere('musl, libmodel is text, then a good one', 'bin/musl-missing-library'),
  { image: 'musl under the name of the glibc loader', ...service },
  ...everywhere(
    'musl under the name of the glibc loader',
    'bin/glibc-dynamic',
    'bin/go-like-pie',
    'bin/needs-glibc-2.41',
    model,
  ),
];

/** Only the machine's kernel and its emulators decide here: not in the table where one is registered. */
export const foreignRows: readonly Row[] = [
  { image: 'glibc', binary: 'bin/aarch64-glibc-dynamic' },
  { image: 'empty', binary: 'bin/aarch64-glibc-dynamic' },
];
