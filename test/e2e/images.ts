import { readFileSync } from 'node:fs';
import type { ImageRecipe } from './image-recipe.ts';
import { directory, file, hardlink, type Layer, opaque, program, symlink, whiteout } from './layer.ts';
import { fixture, glibcLayer, ldconfig, mergedGlibcLayer, muslLayer } from './machine-files.ts';

const loaderPath = 'lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';

/** The images of the end-to-end table, by what is special about them. */
export function imageRecipes() {
  const glibc = glibcLayer();
  const merged = mergedGlibcLayer();
  const musl = muslLayer();
  const model = fixture('bin/lib/libmodel.so.1');
  const inOpt = program('opt/model/lib/libmodel.so.1', model);
  const empty: Layer = [directory('tmp')];

  const onGlibc = (upper: Layer, config: Omit<ImageRecipe, 'layers'> = {}): ImageRecipe => ({
    layers: [glibc, upper],
    ...config,
  });
  const onMusl = (upper: Layer, config: Omit<ImageRecipe, 'layers'> = {}): ImageRecipe => ({
    layers: [musl, upper],
    ...config,
  });
  const searching = (folders: string) => ({ env: [`LD_LIBRARY_PATH=${folders}`] });

  return {
    empty: { layers: [empty] },
    glibc: { layers: [glibc] },
    'glibc, merged /usr': { layers: [merged] },
    musl: { layers: [musl] },

    'glibc, loader removed by a later layer': onGlibc([whiteout('lib64/ld-linux-x86-64.so.2')]),
    'glibc, its folder hidden by an opaque directory': onGlibc([opaque('lib/x86_64-linux-gnu')]),
    'glibc, libgcc removed by a later layer': onGlibc([whiteout('lib/x86_64-linux-gnu/libgcc_s.so.1')]),
    'glibc, merged /usr, /lib64 replaced by a folder': { layers: [merged, [directory('lib64')]] },
    'glibc, merged /usr, a later file below the link /lib': {
      layers: [merged, [program('lib/x86_64-linux-gnu/libmodel.so.1', model)]],
    },
    'glibc, loader not executable': onGlibc([file(loaderPath, readFileSync(`/${loaderPath}`))]),
    'glibc, loader made not executable by a hard link': {
      layers: [[...glibc, hardlink('opt/loader', loaderPath, 0o644)]],
    },
    'glibc, loader of another machine': onGlibc([program(loaderPath, fixture('bin/aarch64-glibc-dynamic'))]),
    'glibc, loader is a link to itself': onGlibc([
      symlink('lib64/ld-linux-x86-64.so.2', 'ld-linux-x86-64.so.2'),
    ]),
    'glibc, loader below a file': {
      layers: [[...glibc.filter(({ path }) => !path.startsWith('lib64')), file('lib64', '')]],
    },

    'glibc, libmodel in a default directory': onGlibc([
      program('usr/lib/x86_64-linux-gnu/libmodel.so.1', model),
    ]),
    'glibc, libmodel in /usr/local/lib, no cache': onGlibc([program('usr/local/lib/libmodel.so.1', model)]),
    'glibc, libmodel by LD_LIBRARY_PATH': onGlibc([inOpt], searching('/nowhere:/opt/model/lib')),
    'glibc, libmodel in the working directory': onGlibc([inOpt], {
      ...searching(':/nowhere'),
      workingDir: '/opt/model/lib',
    }),
    'glibc, libmodel by LD_LIBRARY_PATH, LD_BIND_NOW': onGlibc([inOpt], {
      env: ['LD_LIBRARY_PATH=/opt/model/lib', 'LD_BIND_NOW=1'],
    }),
    'glibc, libmodel of another machine': onGlibc(
      [program('opt/other/libmodel.so.1', fixture('bin/aarch64-glibc-dynamic'))],
      searching('/opt/other'),
    ),
    'glibc, libmodel of another machine, then a good one': onGlibc(
      [program('opt/other/libmodel.so.1', fixture('bin/aarch64-glibc-dynamic')), inOpt],
      searching('/opt/other:/opt/model/lib'),
    ),
    'glibc, libmodel is text, then a good one': onGlibc(
      [program('opt/text/libmodel.so.1', Buffer.from('INPUT(-lmodel)\n'.repeat(10))), inOpt],
      searching('/opt/text:/opt/model/lib'),
    ),
    'glibc, libmodel is empty': onGlibc(
      [program('opt/empty/libmodel.so.1', Buffer.alloc(0))],
      searching('/opt/empty'),
    ),
    'glibc, libmodel is a directory': onGlibc(
      [directory('opt/folder/libmodel.so.1')],
      searching('/opt/folder'),
    ),
    'glibc, libmodel is a program': onGlibc(
      [program('opt/pie/libmodel.so.1', fixture('bin/glibc-dynamic'))],
      searching('/opt/pie'),
    ),
    'glibc, libmodel is a link to nothing': onGlibc(
      [symlink('opt/link/libmodel.so.1', '/opt/gone')],
      searching('/opt/link'),
    ),
    'glibc, libmodel unreadable, user worker': onGlibc([file('opt/closed/libmodel.so.1', model, 0o600)], {
      ...searching('/opt/closed'),
      user: 'worker',
    }),
    'glibc, user worker': onGlibc([directory('tmp')], { user: 'worker' }),
    'glibc, user 4711': onGlibc([directory('tmp')], { user: '4711' }),
    'glibc, LD_PRELOAD names nothing': onGlibc([directory('tmp')], { env: ['LD_PRELOAD=/opt/gone.so'] }),
    'glibc, LD_PRELOAD names libmodel': onGlibc([inOpt], {
      env: ['LD_PRELOAD=/opt/model/lib/libmodel.so.1'],
    }),
    'glibc, /etc/ld.so.preload names nothing': onGlibc([file('etc/ld.so.preload', '/opt/gone.so\n')]),
    'glibc, with ldconfig': onGlibc([
      inOpt,
      program('sbin/ldconfig', readFileSync(ldconfig)),
      file('etc/ld.so.conf', '/opt/model/lib\n'),
    ]),

    'musl, libmodel in a default directory': onMusl([program('usr/local/lib/libmodel.so.1', model)]),
    'glibc, libc removed by a later layer': onGlibc([whiteout('lib/x86_64-linux-gnu/libc.so.6')]),
    'glibc, LD_LIBRARY_PATH with tokens': onGlibc(
      [program('opt/lib/x86_64-linux-gnu/x86_64/libmodel.so.1', model)],
      searching('/opt/$NOTHING:/opt/${LIB}/x86_64'),
    ),
    'glibc, LD_LIBRARY_PATH from the program': onGlibc([inOpt], searching('$ORIGIN/../opt/model/lib')),
    'glibc, a folder that only root enters': onGlibc([directory('closed', 0o700)]),

    'musl, with libmodel in /opt': onMusl([inOpt]),
    'musl, libmodel by its path file': onMusl([
      inOpt,
      file('etc/ld-musl-x86_64.path', '/lib\n/opt/model/lib\n'),
    ]),
    'musl, libmodel in a default directory that the path file replaces': onMusl([
      program('usr/lib/libmodel.so.1', model),
      file('etc/ld-musl-x86_64.path', '/lib\n'),
    ]),
    'musl, libmodel is text, then a good one': onMusl(
      [program('opt/text/libmodel.so.1', Buffer.from('INPUT(-lmodel)\n'.repeat(10))), inOpt],
      searching('/opt/text:/opt/model/lib'),
    ),
    'musl under the name of the glibc loader': onMusl([
      symlink('lib64/ld-linux-x86-64.so.2', '/lib/ld-musl-x86_64.so.1'),
    ]),
  } as const satisfies Record<string, ImageRecipe>;
}

export type ImageName = keyof ReturnType<typeof imageRecipes>;
