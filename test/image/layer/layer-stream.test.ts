import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../../src/image/image.ts';
import { ImageError } from '../../../src/image/image-error.ts';
import { defaultLimits, IndexBudget, type IndexLimits } from '../../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../../src/image/layer/layer-stream.ts';
import { imageError } from '../expectations.ts';
import {
  fixtureBytes,
  inPieces,
  paxBytes,
  restoreChecksums,
  type TarMember,
  tarBytes,
} from '../tar-bytes.ts';

interface Settings {
  readonly piece?: number;
  readonly limits?: Partial<IndexLimits>;
}

async function entriesOf(
  bytes: Uint8Array,
  { piece = 4096, limits = {} }: Settings = {},
): Promise<readonly LayerEntry[]> {
  const budget = new IndexBudget({ ...defaultLimits, ...limits });
  return (await indexLayer(inPieces(bytes, piece), { what: 'layer 1', budget })).layer.entries;
}

const ofMembers = (members: readonly TarMember[]): Promise<readonly LayerEntry[]> =>
  entriesOf(tarBytes(members));
const pathsOf = (entries: readonly LayerEntry[]): readonly string[] =>
  entries.map((entry) => `${entry.type} ${entry.path}`);
const failure = (bytes: Uint8Array, settings: Settings = {}): Promise<ImageError> =>
  imageError(() => entriesOf(bytes, settings));

const elf = fixtureBytes('bin/glibc-dynamic');

describe('the entries of a layer', () => {
  test('come in the order of the tar, with type, mode, owner and link', async () => {
    const entries = await ofMembers([
      { name: 'bin/', flag: '5', mode: 0o1777, uid: 5, gid: 6 },
      { name: 'bin/app', data: elf, mode: 0o4755 },
      { name: 'bin/run', data: '#!/bin/sh\nexit 0\n', mode: 0o755 },
      { name: 'bin/link', flag: '2', link: '../x' },
      { name: 'bin/hard', flag: '1', link: './bin/app', mode: 0o644 },
      { name: 'dev/null', flag: '3' },
      { name: 'fifo', flag: '6' },
      { name: 'etc/passwd', data: 'root:x:0:0::/:/bin/sh\n' },
      { name: 'readme', data: 'hello' },
    ]);
    expect(
      entries.map((entry) => ('content' in entry ? { ...entry, content: entry.content.kind } : entry)),
    ).toEqual([
      { type: 'directory', path: 'bin', mode: 0o1777, uid: 5, gid: 6 },
      {
        type: 'file',
        path: 'bin/app',
        mode: 0o4755,
        uid: 0,
        gid: 0,
        size: elf.length,
        content: 'elf',
        capability: null,
      },
      {
        type: 'file',
        path: 'bin/run',
        mode: 0o755,
        uid: 0,
        gid: 0,
        size: 17,
        content: 'script',
        capability: null,
      },
      { type: 'symlink', path: 'bin/link', mode: 0o644, uid: 0, gid: 0, target: '../x' },
      { type: 'hardlink', path: 'bin/hard', mode: 0o644, uid: 0, gid: 0, target: 'bin/app' },
      { type: 'special', path: 'dev/null', mode: 0o644, uid: 0, gid: 0 },
      { type: 'special', path: 'fifo', mode: 0o644, uid: 0, gid: 0 },
      {
        type: 'file',
        path: 'etc/passwd',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: 22,
        content: 'kept',
        capability: null,
      },
      {
        type: 'file',
        path: 'readme',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: 5,
        content: 'other',
        capability: null,
      },
    ]);
  });

  test('are the same from tar-stream’s own packer', async () => {
    const tar = pack();
    tar.entry({ name: 'usr/lib/', type: 'directory' });
    tar.entry({ name: `usr/lib/${'n'.repeat(180)}`, mode: 0o755 }, elf);
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
    expect(pathsOf(await entriesOf(Buffer.concat(chunks)))).toEqual([
      'directory usr/lib',
      `file usr/lib/${'n'.repeat(180)}`,
    ]);
  });

  test('whiteouts and opaque markers name what they hide', async () => {
    const entries = await ofMembers([
      { name: 'etc/.wh.motd' },
      { name: '.wh.opt' },
      { name: 'var/.wh..wh..opq' },
      { name: '.wh..wh..opq' },
    ]);
    expect(pathsOf(entries)).toEqual(['whiteout etc/motd', 'whiteout opt', 'opaque var', 'opaque ']);
  });

  test.each([
    ['./lib/x', 'lib/x'],
    ['/lib/x', 'lib/x'],
    ['//lib//x', 'lib/x'],
    ['lib/./x', 'lib/x'],
    ['./././x', 'x'],
    ['lib/..x', 'lib/..x'],
    ['...', '...'],
  ])('%s is %s', async (name, path) => {
    expect(pathsOf(await ofMembers([{ name }]))).toEqual([`file ${path}`]);
  });

  test.each(['../x', 'a/../../x', '/..', 'a/..', '..'])('%s is refused and named', async (name) => {
    const error = await failure(tarBytes([{ name, data: 'x' }]));
    expect(error.code).toBe('unreadable');
    expect(error.message).toBe(`layer 1: the entry "${name}" leaves the root with ".."; it is refused`);
  });

  test('a hard link out of the root is refused', async () => {
    expect((await failure(tarBytes([{ name: 'x', flag: '1', link: '../../etc/shadow' }]))).message).toContain(
      'leaves the root',
    );
  });

  test('the root directory itself is kept with its mode', async () => {
    expect(await ofMembers([{ name: './', flag: '5', mode: 0o700 }])).toMatchObject([
      { path: '', mode: 0o700 },
    ]);
  });

  test('a path that comes twice is refused, however it is written', async () => {
    for (const name of ['x', './x', '/x']) {
      const error = await failure(tarBytes([{ name: 'x', data: 'a' }, { name }]));
      expect(error.message).toBe(
        'layer 1: the entry "x" comes twice, which the image stores of Docker and Podman refuse',
      );
    }
  });

  test('old tars tell a directory by the slash at its end', async () => {
    const old = tarBytes([{ name: 'usr/', flag: '\0', change: (header) => void header.fill(0, 257, 265) }]);
    expect(pathsOf(await entriesOf(old))).toEqual(['directory usr']);
  });

  test.each([
    ['\0', '', 'directory usr'],
    ['\0', 'data', 'directory usr'],
    ['0', '', 'file usr'],
    ['0', 'data', 'file usr'],
  ])('the slash counts for the type %j only, with the data %j', async (flag, data, entry) => {
    const entries = await ofMembers([{ name: 'usr/', flag, data }, { name: 'x' }]);
    expect(pathsOf(entries)).toEqual([entry, 'file x']);
  });

  test.each([
    ['3000000', 3_000_000],
    ['0', 0],
    ['99999999999', 5],
    ['-1', 5],
    ['', 5],
  ])('the owner %j of a PAX record is %d', async (record, id) => {
    const member = { name: 'x', uid: 5, gid: 5, pax: { uid: record, gid: record } };
    expect(await ofMembers([member])).toMatchObject([{ uid: id, gid: id }]);
  });

  test('a directory has no data, whatever its size field says', async () => {
    const entries = await ofMembers([
      { name: 'bin/', flag: '5', claimed: 600 },
      { name: 'bin/app', data: elf },
    ]);
    expect(pathsOf(entries)).toEqual(['directory bin', 'file bin/app']);
  });
});

describe('long and odd names', () => {
  const long = `${'d/'.repeat(200)}é`;

  test('from PAX headers', async () => {
    const entries = await ofMembers([
      { name: 'short', pax: { path: long } },
      { name: 'link', flag: '2', link: 'x', pax: { linkpath: long } },
    ]);
    const latin1 = Buffer.from(long).toString('latin1');
    expect(entries).toMatchObject([{ path: latin1 }, { path: 'link', target: latin1 }]);
  });

  test('from GNU long name headers', async () => {
    const entries = await ofMembers([
      { name: '././@LongLink', flag: 'L', data: `${long}\0` },
      { name: '././@LongLink', flag: 'K', data: `/${long}\0` },
      { name: 'short', flag: '2', link: 'short' },
    ]);
    const latin1 = Buffer.from(long).toString('latin1');
    expect(entries).toMatchObject([{ path: latin1, target: `/${latin1}` }]);
  });

  test('that are not UTF-8 keep their bytes, in a header and in PAX', async () => {
    const raw = Buffer.from([0x6c, 0xff, 0xe9, 0x78]);
    for (const member of [{ name: raw }, { name: 'short', pax: { path: raw } }])
      expect(await ofMembers([member])).toMatchObject([{ path: 'l\xff\xe9x' }]);
  });

  test('of more than 64 KiB are refused', async () => {
    const error = await failure(tarBytes([{ name: 'x', pax: { path: 'a/'.repeat(40_000) } }]));
    expect(error.message).toContain('is longer than 64 KiB');
    expect(error.message.length).toBeLessThan(300);
  });

  test('with control characters do not reach the terminal', async () => {
    const error = await failure(tarBytes([{ name: '../\x1b[31m\nx' }]));
    expect(error.message).toContain('"../\\x1b[31m\\x0ax"');
  });

  test('global PAX headers are ignored, as engines ignore them', async () => {
    const entries = await ofMembers([
      { name: 'g', flag: 'g', data: paxBytes({ path: 'evil' }) },
      { name: 'x' },
    ]);
    expect(pathsOf(entries)).toEqual(['file x']);
  });
});

describe('file contents', () => {
  test('a capability keeps its bytes, as hex', async () => {
    const value = Buffer.from('0100000280ff0000000000000000000000000000', 'hex');
    const entries = await ofMembers([
      { name: 'ping', data: elf, pax: { 'SCHILY.xattr.security.capability': value } },
    ]);
    expect(entries).toMatchObject([{ capability: value.toString('hex') }]);
  });

  test.each([
    ['elf', elf],
    ['foreign', elf.subarray(0, 51)],
    ['foreign', Buffer.from('\x7fELF')],
    ['script', Buffer.from('#!')],
    ['other', Buffer.from('#')],
    ['other', Buffer.alloc(0)],
    ['other', Buffer.alloc(100_000, 7)],
  ])('%s', async (kind, data) => {
    for (const piece of [1, 7, 512, 1 << 20]) {
      const [entry] = await entriesOf(tarBytes([{ name: 'x', data }]), {
        piece: Math.max(piece, data.length > 50_000 ? 512 : 1),
      });
      expect(entry).toMatchObject({ type: 'file', size: data.length, content: { kind } });
    }
  });

  test('the facts of an ELF file are those of the file', async () => {
    const [entry] = await ofMembers([{ name: 'x', data: elf }]);
    const content = entry?.type === 'file' ? entry.content : null;
    expect(content?.kind === 'elf' ? content.elf.dynamic?.needed : null).toEqual(['libc.so.6']);
  });

  test('of a script the first 256 bytes are kept', async () => {
    const [entry] = await ofMembers([{ name: 'x', data: `#!/${'a'.repeat(1000)}` }]);
    const content = entry?.type === 'file' ? entry.content : null;
    expect(content?.kind === 'script' ? content.head.length : null).toBe(256);
  });

  test.each([
    ['etc/group', 'kept'],
    ['nix/store/1-fake-nss/etc/passwd', 'kept'],
    ['usr/bin/passwd', 'other'],
  ])('%s, where accounts can be, is %s', async (name, kind) => {
    const [entry] = await ofMembers([{ name, data: 'root:x:0:0:::\n'.repeat(5) }]);
    expect(entry).toMatchObject({ content: { kind } });
  });

  test('a kept file of more than 8 MiB is unread', async () => {
    const [entry] = await ofMembers([{ name: 'etc/ld.so.cache', data: Buffer.alloc(8 * 1024 ** 2 + 1) }]);
    expect(entry).toMatchObject({ content: { kind: 'unread', reason: 'larger than 8 MiB' } });
  });

  test('a sparse file is unread, with its name and real size', async () => {
    const entries = await ofMembers([
      {
        name: 'GNUSparseFile.1/x',
        data: Buffer.concat([Buffer.from('1\n0\n600\n'.padEnd(512, '\0')), elf.subarray(0, 600)]),
        pax: {
          'GNU.sparse.major': '1',
          'GNU.sparse.minor': '0',
          'GNU.sparse.name': 'new',
          'GNU.sparse.realsize': '99999',
        },
      },
    ]);
    expect(entries).toMatchObject([{ path: 'new', size: 99_999, content: { kind: 'unread' } }]);
  });

  test('a sparse file of the old format is refused, as engines refuse it, with the way out', async () => {
    const { message } = await failure(tarBytes([{ name: 'db', flag: 'S', data: elf }]));
    expect(message).toContain('pack it with --format=pax or without --sparse');
  });
});

describe('the bytes of a layer', () => {
  const tar = tarBytes([
    { name: 'bin/app', data: elf, mode: 0o755 },
    { name: 'x', data: 'y' },
  ]);

  test('give the diffID, whatever the compression', async () => {
    const diffID = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
    for (const bytes of [
      tar,
      gzipSync(tar),
      Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]),
    ]) {
      const { layer } = await indexLayer(inPieces(bytes, 100), { what: 'x', budget: new IndexBudget() });
      expect(layer.diffID).toBe(diffID);
      expect(pathsOf(layer.entries)).toEqual(['file bin/app', 'file x']);
    }
  });

  test('what follows the end of the archive is ignored, but for the diffID', async () => {
    const after = Buffer.concat([tar, tarBytes([{ name: 'hidden' }]), Buffer.from('garbage'.repeat(1000))]);
    for (const piece of [64, 1024, 1 << 20]) {
      const { layer } = await indexLayer(inPieces(after, piece), { what: 'x', budget: new IndexBudget() });
      expect(pathsOf(layer.entries)).toEqual(['file bin/app', 'file x']);
      expect(layer.diffID).toBe(`sha256:${createHash('sha256').update(after).digest('hex')}`);
    }
  });

  test('an archive without its end marker is whole as long as its entries are', async () => {
    expect(pathsOf(await entriesOf(tarBytes([{ name: 'x', data: 'y' }], false)))).toEqual(['file x']);
  });

  test('a tar of nothing but zeros has no entries', async () => {
    expect(await entriesOf(Buffer.alloc(10_240))).toEqual([]);
  });

  test.each([
    ['a cut-off tar', tar.subarray(0, 3000), 'is truncated after "bin/app"'],
    ['a cut-off tar in its first header', tar.subarray(0, 300), 'is truncated'],
    [
      'a damaged header',
      Buffer.concat([tar.subarray(0, -1500), Buffer.alloc(512, 1), tar.subarray(-988)]),
      'a tar header is not valid',
    ],
    ['a cut-off gzip', gzipSync(tar).subarray(0, 900), 'is truncated: its gzip data ends early'],
    [
      'a damaged gzip',
      Buffer.concat([gzipSync(tar).subarray(0, -8), Buffer.alloc(8, 1)]),
      'its gzip data is invalid',
    ],
    ['no tar', Buffer.from('{"not":"a tar"}'.repeat(100)), 'is not a tar archive'],
    ['nothing', Buffer.alloc(0), 'is empty'],
    ['an empty gzip', gzipSync(Buffer.alloc(0)), 'is empty'],
    [
      'xz',
      Buffer.concat([Buffer.from('fd377a585a00', 'hex'), tar]),
      'is compressed with xz: recompress it with gzip or zstd',
    ],
    ['bzip2', Buffer.concat([Buffer.from('BZh9'), tar]), 'is compressed with bzip2'],
    [
      'a size that is none',
      tarBytes([{ name: 'x', change: (h) => void h.write('z'.repeat(12), 124) }]),
      'is not a tar archive',
    ],
    [
      'a size in binary that is none',
      tarBytes([{ name: 'a' }, { name: 'x', change: (h) => void h.fill(0xa5, 124, 136) }]),
      'is damaged after "a": a tar header',
    ],
  ])('%s ends with one line', async (_, bytes, words) => {
    for (const piece of [100, 1 << 20]) {
      const error = await failure(bytes, { piece });
      expect(error.code).toBe('unreadable');
      expect(error.message).toContain(words);
      expect(error.message).toMatch(/^layer 1[^\n]*$/);
    }
  });

  test('an error of the stream itself comes out as it is', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield tar.subarray(0, 700);
      throw new ImageError('unreadable', 'the connection broke');
    }
    const error = await imageError(() => indexLayer(broken(), { what: 'x', budget: new IndexBudget() }));
    expect(error.message).toBe('the connection broke');
  });

  test('stops when it is aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(indexLayer(inPieces(tar), { what: 'x', budget: new IndexBudget(), signal })).rejects.toThrow(
      /abort/i,
    );
  });
});

describe('a hostile layer', () => {
  test('that inflates without end is refused early', async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 ** 2));
    const gzip = Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), bomb]);
    const limits = { freeBytes: 1024 ** 2, ratio: 50 };
    expect((await failure(gzip, { limits })).message).toContain('more than 50 times its compressed size');
    expect((await failure(gzip, { limits: { layerBytes: 1024 ** 2 } })).message).toContain(
      'more than 1048576 bytes',
    );
  });

  test.each<[string, number, readonly TarMember[]]>([
    ['entries', 1200, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]],
    ['names', 1000, [{ name: 'a'.repeat(50) }, { name: 'l', flag: '2', link: 'b'.repeat(60) }]],
    ['configuration files', 600, [{ name: 'etc/passwd', data: 'x'.repeat(200) }]],
    ['scripts', 600, [{ name: 'bin/x', data: `#!/bin/sh\n${'x'.repeat(200)}` }]],
    ['ELF facts', 600, [{ name: 'x', data: elf }]],
  ])('with too many %s is refused', async (_what, heldBytes, members) => {
    const error = await failure(tarBytes(members), { limits: { heldBytes, readPerHeld: Infinity } });
    expect(error.message).toContain('no real image of its size is like that');
  });

  test('may hold more when more of it was read', async () => {
    const members = Array.from({ length: 40 }, (_, at) => ({ name: `f${at}`, data: Buffer.alloc(8192) }));
    const limits = { heldBytes: 4096 };
    expect(await entriesOf(tarBytes(members), { limits })).toHaveLength(40);
    expect((await failure(gzipSync(tarBytes(members)), { limits })).message).toContain('more files');
  });

  test('with headers that never lead to an entry is refused', async () => {
    const header = tarBytes([{ name: 'x', flag: 'x', data: Buffer.alloc(4 * 1024 ** 2 - 1024) }], false);
    const error = await failure(Buffer.concat(Array.from({ length: 9 }, () => header)), { piece: 1 << 20 });
    expect(error.message).toContain('it has no end of headers');
  });

  test('of any bytes gives entries or an ImageError', async () => {
    const base = tarBytes([
      { name: 'a', data: elf.subarray(0, 600), pax: { path: 'b', 'GNU.sparse.major': '1' } },
      { name: 'l', flag: 'L', data: 'long\0' },
      { name: 'c', flag: '2', link: 'x' },
      { name: 'd', data: '#!/bin/sh' },
    ]);
    const change = fc.record({
      at: fc.nat(base.length - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    const property = fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.nat(base.length),
      async (changes, cut) => {
        const bytes = Buffer.from(base);
        for (const { at, bytes: replaced } of changes) bytes.set(replaced.subarray(0, bytes.length - at), at);
        restoreChecksums(bytes);
        try {
          await entriesOf(bytes.subarray(0, bytes.length - cut), { piece: 333 });
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError);
        }
      },
    );
    await fc.assert(property, { numRuns: 400 });
  });
});
