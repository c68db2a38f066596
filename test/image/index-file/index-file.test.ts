import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import type { ImageContent } from '../../../src/image/image.ts';
import { ImageError } from '../../../src/image/image-error.ts';
import {
  decodeImageContent,
  encodeImageContent,
  isImageIndex,
} from '../../../src/image/index-file/index-file.ts';
import { packElf, unpackElf } from '../../../src/image/index-file/packed-elf.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../../src/image/layer/layer-stream.ts';
import { imageError, plainIndex } from '../expectations.ts';
import { fixtureBytes, inPieces, tarBytes } from '../tar-bytes.ts';

const elf = fixtureBytes('prediction-api');

async function sample(): Promise<ImageContent> {
  const tar = tarBytes([
    { name: 'usr/', flag: '5', mode: 0o1755, uid: 1000, gid: 70_000 },
    {
      name: 'usr/app',
      data: elf,
      mode: 0o755,
      pax: {
        'SCHILY.xattr.security.capability': Buffer.from('0100000280ff0000000000000000000000000000', 'hex'),
      },
    },
    { name: 'usr/copy', data: elf },
    { name: Buffer.from([0xe9, 0xff]), data: '#!/bin/sh\n\xff' },
    { name: 'etc/passwd', data: Buffer.from([0, 255, 128]) },
    { name: 'etc/ld.so.cache', data: '' },
    { name: 'big.iso', data: '0\n', pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' } },
    { name: 'l', flag: '2', link: '/x\xff' },
    { name: 'h', flag: '1', link: 'usr/app' },
    { name: 'dev', flag: '4' },
    { name: '.wh.gone' },
    { name: 'usr/.wh..wh..opq' },
  ]);
  const { layer } = await indexLayer(inPieces(tar), { what: 'x', budget: new IndexBudget() });
  return {
    platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
    config: {
      env: ['PATH=/bin', 'NAME=żółw'],
      user: 'a:b',
      workingDir: '/w',
      entrypoint: ['x', ''],
      cmd: [],
      healthcheck: ['/bin/sh', '-c', 'x'],
    },
    layers: [layer, { diffID: null, entries: [] }],
    provenance: { madeFrom: 'a test', sha256: null, date: '2026-11-23' },
  };
}

/** A file whose checksum fits whatever it holds. */
function forged(bytes: Buffer): Buffer {
  if (bytes.length >= 12) bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8);
  return bytes;
}

describe('an index file', () => {
  test('comes back as it was', async () => {
    const index = await sample();
    const decoded = decodeImageContent(encodeImageContent(index));
    expect(plainIndex(decoded)).toEqual(plainIndex(index));
  });

  test('is the same for the same index, also made from a decoded one', async () => {
    const bytes = Buffer.from(encodeImageContent(await sample()));
    expect(bytes.equals(encodeImageContent(await sample()))).toBe(true);
    expect(bytes.equals(encodeImageContent(decodeImageContent(bytes)))).toBe(true);
  });

  test('of an empty image comes back too', () => {
    const config = { env: [], user: '', workingDir: '', entrypoint: [], cmd: [], healthcheck: [] };
    const index = {
      platform: { os: 'linux', architecture: 'amd64', variant: null },
      config,
      layers: [],
      provenance: null,
    };
    expect(decodeImageContent(encodeImageContent(index))).toEqual(index);
  });

  test('stores equal files once', async () => {
    const index = await sample();
    const layer = index.layers[0];
    if (layer === undefined) throw new Error('the sample has a layer');
    const twice = { ...index, layers: [layer, layer] };
    expect(encodeImageContent(twice).length).toBeLessThan(encodeImageContent(index).length + 400);
  });

  test('is recognised by its first bytes', async () => {
    expect(isImageIndex(encodeImageContent(await sample()))).toBe(true);
    expect(isImageIndex(Buffer.from('lcinde'))).toBe(false);
  });

  test.each([
    ['nothing', () => Buffer.alloc(0), 'it is not an index file'],
    ['something else', () => Buffer.from('PK\x03\x04 something quite else'), 'it is not an index file'],
    [
      'another format',
      (bytes: Buffer) => Buffer.concat([Buffer.from('lcindex\x07'), bytes.subarray(8)]),
      'it has format 7, this version reads format 1',
    ],
    ['a cut-off file', (bytes: Buffer) => bytes.subarray(0, -1), 'its checksum is wrong'],
    [
      'a flipped bit',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]),
      'its checksum is wrong',
    ],
    [
      'a forged length',
      (bytes: Buffer) =>
        forged(Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(4, 0xff), bytes.subarray(16)])),
      'a length in it is wrong',
    ],
    [
      'a forged inflated length',
      (bytes: Buffer) =>
        forged(Buffer.concat([bytes.subarray(0, 16), Buffer.from([1, 0, 0, 0]), bytes.subarray(20)])),
      'cannot be inflated',
    ],
  ])('%s is refused', async (_, change, words) => {
    const error = await imageError(async () =>
      decodeImageContent(change(Buffer.from(encodeImageContent(await sample())))),
    );
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(words);
  });

  test('of any bytes with a forged checksum gives an index or an ImageError', async () => {
    const base = Buffer.from(encodeImageContent(await sample()));
    const change = fc.record({ at: fc.nat(base.length - 1), byte: fc.nat(255) });
    const property = fc.property(
      fc.array(change, { minLength: 1, maxLength: 5 }),
      fc.nat(40),
      (changes, cut) => {
        const bytes = Buffer.from(base.subarray(0, base.length - cut));
        for (const { at, byte } of changes) if (at < bytes.length) bytes[at] = byte;
        try {
          plainIndex(decodeImageContent(forged(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError);
        }
      },
    );
    fc.assert(property, { numRuns: 1500 });
  });
});

describe('the packed facts of an ELF file', () => {
  const names = [
    'prediction-api',
    'bin/glibc-static',
    'bin/addon.node',
    'bin/truncated',
    'bin/aarch64-glibc-dynamic',
    'bin/musl-dynamic',
  ];

  test.each(names)('%s comes back as it was', (name) => {
    const facts = readElf(bufferSource(fixtureBytes(name)));
    expect(unpackElf(packElf(facts))).toEqual(facts);
  });

  test('this Node comes back as it was, in much less than its size', () => {
    const facts = readElf(bufferSource(readFileSync(process.execPath)));
    const packed = packElf(facts);
    expect(unpackElf(packed)).toEqual(facts);
    expect(packed.length).toBeLessThan((facts.dynamic?.symbols.length ?? 0) * 120 + 20_000);
  });

  test('changed or cut anywhere give facts or an ImageError', () => {
    const packed = packElf(readElf(bufferSource(fixtureBytes('bin/addon.node'))));
    const property = fc.property(
      fc.nat(packed.length - 1),
      fc.nat(255),
      fc.nat(packed.length),
      (at, byte, length) => {
        const bytes = packed.slice(0, length);
        if (at < bytes.length) bytes[at] = byte;
        try {
          unpackElf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ImageError);
        }
      },
    );
    fc.assert(property, { numRuns: 3000 });
  });
});
