// What leads the loader to another glibc, and what leads it away (G0b). The first is fault 07: a driver's folder in ld.so.conf.d.
import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../src/image/image.ts';
import { rules } from '../../src/rules/index.ts';
import { contextOf, fixture, placed, type Start, taken } from '../rules/start.ts';
import { remediesOf } from './remedies.ts';

const lib = '/lib/x86_64-linux-gnu';

/** A cache with one entry for x86-64, as ldconfig of 2.32 and later writes it (G20). */
function cacheTo(soname: string, path: string): Buffer {
  const head = Buffer.alloc(48 + 24);
  head.write('glibc-ld.so.cache1.1');
  head.writeUInt32LE(1, 20);
  head.writeUInt8(2, 28);
  head.writeUInt32LE(0x0303, 48);
  head.writeUInt32LE(head.length, 52);
  head.writeUInt32LE(head.length + soname.length + 1, 56);
  const strings = Buffer.from(`${soname}\0${path}\0`);
  head.writeUInt32LE(strings.length, 24);
  return Buffer.concat([head, strings]);
}

const kept = (path: string, bytes: Buffer): LayerEntry =>
  placed(path, { kind: 'kept', bytes }, bytes.length, 0o644);

const driver = '/opt/driver/lib';

async function withDriver(configuration: string): Promise<Start> {
  const files = [
    await taken('opt/driver/lib/libc.so.6', 'debian:13-slim', `${lib}/libc.so.6`),
    kept('etc/ld.so.cache', cacheTo('libc.so.6', `${driver}/libc.so.6`)),
    kept('etc/ld.so.conf.d/00-driver.conf', Buffer.from(configuration)),
  ];
  return { image: 'debian:12-slim', program: 'glibc-dynamic', files };
}

const findingsOf = async (start: Start) => {
  const context = await contextOf(start);
  return rules.flatMap((rule) => rule.check(context).map((found) => ({ rule: rule.id, ...found })));
};

describe('ld.so.cache leads to another glibc', () => {
  test('one finding names both builds, their folders and the cache', async () => {
    const findings = await findingsOf(await withDriver(`${driver}\n`));
    expect(findings.map(({ rule }) => rule)).toEqual(['loader-libc-mismatch']);
    expect(findings[0]).toMatchObject({
      message:
        '/opt/driver/lib/libc.so.6 is part of glibc 2.41 and /lib64/ld-linux-x86-64.so.2 of glibc 2.36: two builds of glibc do not work in one process. ld.so.cache leads the loader to /opt/driver/lib for libc.so.6.',
      seen: '/glibc-dynamic: symbol lookup error: /opt/driver/lib/libc.so.6: undefined symbol: __tunable_is_initialized, version GLIBC_PRIVATE',
      exitStatus: 127,
    });
  });

  test.each([
    [
      'a file that names nothing else is removed',
      `# driver\n${driver}\n`,
      'rm /etc/ld.so.conf.d/00-driver.conf',
    ],
    [
      'of a file that names more, the line is',
      `${driver}\n/opt/other\n`,
      "sed -i '\\|^ */opt/driver/lib *$|d' /etc/ld.so.conf.d/00-driver.conf",
    ],
  ])('%s, and ldconfig runs', async (_what, configuration, change) => {
    const [remedies] = await remediesOf('loader-libc-mismatch', await withDriver(configuration));
    const own = '/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib';
    const command = `ENV LD_LIBRARY_PATH=${own}\nRUN ${change} && ldconfig\nENV LD_LIBRARY_PATH=`;
    expect(remedies).toMatchObject([{ command, proven: true, cure: null }]);
  });
});

test('a folder whose name is more than a name to a shell is in no command', async () => {
  const files = [await taken('f;x/libc.so.6', 'debian:13-slim', `${lib}/libc.so.6`)];
  const start: Start = {
    image: 'debian:12-slim',
    program: 'glibc-dynamic',
    files,
    env: ['LD_PRELOAD=/f;x/libc.so.6'],
  };
  const [remedies] = await remediesOf('loader-libc-mismatch', start);
  expect(remedies?.map(({ command }) => command)).toEqual(['ENV LD_PRELOAD=']);
});

test('where no file names the folder to ldconfig, the other glibc is removed', async () => {
  const [remedies] = await remediesOf('loader-libc-mismatch', await withDriver('/opt/other\n'));
  expect(remedies?.map(({ command }) => command?.split('\n')[1])).toEqual([
    'RUN rm /opt/driver/lib/libc.so.6 && ldconfig',
  ]);
});

test('a preload of another glibc is taken out of LD_PRELOAD, the others stay', async () => {
  const files = [
    await taken('f/libpthread.so.0', 'debian:11-slim', `${lib}/libpthread.so.0`),
    fixture('f/libmodel.so.1', 'lib/libmodel.so.1'),
  ];
  const env = ['LD_PRELOAD=/f/libmodel.so.1 /f/libpthread.so.0'];
  const start: Start = { image: 'debian:12-slim', program: 'glibc-dynamic', files, env };
  const [remedies] = await remediesOf('loader-libc-mismatch', start);
  expect(remedies?.[0]).toMatchObject({ command: 'ENV LD_PRELOAD=/f/libmodel.so.1', proven: true });
});

test('a glibc that has its loader beside it can be used whole', async () => {
  const files = await Promise.all(
    ['libc.so.6', 'ld-linux-x86-64.so.2'].map((name) =>
      taken(`f/${name}`, 'debian:13-slim', name.startsWith('ld') ? `/lib64/${name}` : `${lib}/${name}`),
    ),
  );
  const start: Start = {
    image: 'debian:12-slim',
    program: 'glibc-dynamic',
    files,
    env: ['LD_LIBRARY_PATH=/f'],
  };
  const [remedies] = await remediesOf('loader-libc-mismatch', start);
  expect(remedies?.at(-1)?.command).toBe('patchelf --set-interpreter /f/ld-linux-x86-64.so.2 glibc-dynamic');
});

test('a libc.so.6 that was copied over the own one has to come with its loader', async () => {
  const files = [await taken('usr/lib/x86_64-linux-gnu/libc.so.6', 'debian:13-slim', `${lib}/libc.so.6`)];
  const start: Start = { image: 'debian:12-slim', program: 'glibc-dynamic', files };
  const [remedies] = await remediesOf('loader-libc-mismatch', start);
  expect(remedies?.map(({ command }) => command)).toEqual([null]);
});
