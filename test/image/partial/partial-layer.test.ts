import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check.ts';
import type { CheckReport } from '../../../src/examine/check-report.ts';
import type { ImageContent } from '../../../src/image/image.ts';
import { ImageError } from '../../../src/image/image-error.ts';
import { readTable, UnusableTable } from '../../../src/image/partial/layer-contents.ts';
import type { CheckInput } from '../../../src/plan/check-input.ts';
import { plainIndex } from '../expectations.ts';
import { OciBlobs } from '../oci-blobs.ts';
import { contextOf, openFrom, TestRegistry } from '../registry/test-registry.ts';
import { fixtureBytes, type TarMember } from '../tar-bytes.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type StargzChanges, stargzLayer } from './estargz.ts';

const folder = temporaryFolder();
const oci = new OciBlobs();
const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

/** Programs and libraries among much that no check asks for. */
const members: TarMember[] = [
  { name: 'etc/', flag: '5', mode: 0o755 },
  { name: 'etc/os-release', data: 'ID=test\nPRETTY_NAME="Test 1"\n' },
  { name: 'etc/empty' },
  { name: 'usr/share/data', data: randomBytes(2_000_000) },
  { name: 'lib/libmodel.so.1', mode: 0o755, data: fixtureBytes('bin/lib/libmodel.so.1') },
  { name: 'lib/libmodel.so', flag: '2', link: 'libmodel.so.1' },
  { name: 'usr/share/more', data: randomBytes(2_000_000) },
  { name: 'lib64/ld-linux-x86-64.so.2', mode: 0o755, data: fixtureBytes('bin/glibc-static') },
  { name: 'bin/sh', mode: 0o4755, uid: 7, data: fixtureBytes('bin/musl-static') },
  { name: 'bin/script', mode: 0o755, data: '#!/bin/sh\nexit 0\n' },
  { name: 'bin/other', flag: '1', mode: 0o755, link: 'bin/sh' },
  {
    name: 'bin/able',
    mode: 0o755,
    data: fixtureBytes('bin/glibc-static-pie'),
    pax: {
      'SCHILY.xattr.security.capability': Buffer.from('0100000200040000000000000000000000000000', 'hex'),
    },
  },
  { name: 'opt/.wh.gone' },
  { name: 'dev/null', flag: '3' },
];
const lower = oci.layer([{ name: 'opt/gone', data: 'x' }]);
const stargz = stargzLayer(oci, members);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await new TestRegistry(oci).start();
  registry.tag('stargz', oci.image('amd64', [lower, stargz]));
  const { annotations: _none, ...descriptor } = stargz.descriptor;
  registry.tag('whole', oci.image('amd64', [lower, { ...stargz, descriptor }]));
});
afterAll(() => registry.stop());

const binaries = ['glibc-dynamic', 'missing-library', 'musl-dynamic', 'musl-static', 'script.sh'].map(
  (name) => fixturePath(`bin/${name}`),
);
const checkAt = (tag: string, changes: Partial<CheckInput> = {}): Promise<CheckReport> =>
  check({
    binaries,
    images: [`registry:${registry.host}/app:${tag}`],
    environment: { HOME: folder },
    user: '0',
    ...changes,
  });

/** All of a report but how the image was come by. */
const withoutImage = (report: CheckReport, tag: string): object =>
  JSON.parse(
    JSON.stringify(report.results.map((result) => ({ ...result, image: null }))).replaceAll(
      `app:${tag}`,
      'app:TAG',
    ),
  );

/** Bytes of layers that a run took. */
function bytesOf(run: () => Promise<unknown>): Promise<number> {
  let bytes = 0;
  registry.intercept = (request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (request.url?.endsWith(stargz.descriptor.digest) === true)
      bytes += range === null ? stargz.descriptor.size : Number(range[2]) - Number(range[1]) + 1;
    void response;
    return false;
  };
  return run()
    .finally(() => {
      registry.intercept = () => false;
    })
    .then(() => bytes);
}

describe('an eStargz layer', () => {
  test('gives every verdict that the whole layer gives', async () => {
    const partial = await checkAt('stargz');
    expect(withoutImage(partial, 'stargz')).toEqual(withoutImage(await checkAt('whole'), 'whole'));
    expect(new Set(partial.results.map(({ verdict }) => verdict))).toContain('runs');
    expect(new Set(partial.results.map(({ verdict }) => verdict))).toContain('fails');
  });

  test('is fetched only as far as it is asked for', async () => {
    const bytes = await bytesOf(() => checkAt('stargz', { binaries: binaries.slice(2) }));
    expect(bytes).toBeLessThan(0.5 * stargz.descriptor.size);
    expect(bytes).toBeGreaterThan(0);
  });

  test('is fetched once when there is a cache, and can then be checked offline', async () => {
    const cache = { folder: join(folder, 'cache'), limit: 1e9 };
    const cold = await checkAt('stargz', { cache });
    const bytes = await bytesOf(async () => {
      expect(withoutImage(await checkAt('stargz', { cache }), 'stargz')).toEqual(
        withoutImage(cold, 'stargz'),
      );
      expect(withoutImage(await checkAt('stargz', { cache, offline: true }), 'stargz')).toEqual(
        withoutImage(cold, 'stargz'),
      );
    });
    expect(bytes).toBe(0);
  });

  test('whose files were not asked for before cannot be checked offline, and says so', async () => {
    const cache = { folder: join(folder, 'half'), limit: 1e9 };
    await checkAt('stargz', { cache, binaries: binaries.slice(3, 4) });
    const script = join(folder, 'script');
    writeFileSync(script, '#!/bin/able\n', { mode: 0o755 });
    const { results } = await checkAt('stargz', { cache, offline: true, binaries: [script] });
    expect(results[0]).toMatchObject({ verdict: 'unknown' });
    expect(results[0]?.reason).toContain('is not in the cache, and --offline does not allow registries');
  });

  test('lists what its tar holds', async () => {
    const whole = await openFrom(`${registry.host}/app:whole`, contextOf(folder));
    const partial = await openFrom(`${registry.host}/app:stargz`, contextOf(folder, { partial: true }));
    const listed = ({ layers }: ImageContent) =>
      layers.at(-1)?.entries.map((entry) => ({ ...entry, content: null }));
    expect(listed(partial.content)).toEqual(listed(whole.content)?.slice(0, -1));
  });

  test('is read whole where the caller does not request parts', async () => {
    const whole = await openFrom(`${registry.host}/app:whole`, contextOf(folder));
    const opened = await openFrom(`${registry.host}/app:stargz`, contextOf(folder));
    expect(plainIndex(opened.content)).toEqual(plainIndex(whole.content));
  });

  test('is read whole from a registry without ranges', async () => {
    registry.ranges = false;
    try {
      expect(withoutImage(await checkAt('stargz'), 'stargz')).toEqual(
        withoutImage(await checkAt('whole'), 'whole'),
      );
    } finally {
      registry.ranges = true;
    }
  });
});

describe('a table of contents', () => {
  const large = (changes: StargzChanges): { descriptor: object } => stargzLayer(oci, members, changes);
  let count = 0;
  async function verdicts(
    changes: StargzChanges,
  ): Promise<{ verdicts: string[]; reasons: string[]; whole: boolean }> {
    const layer = large(changes) as ReturnType<typeof stargzLayer>;
    const tag = `changed${++count}`;
    registry.tag(tag, oci.image('amd64', [lower, layer]));
    registry.seen.length = 0;
    const { results } = await checkAt(tag);
    const asked = registry.seen.filter(({ url }) => url.endsWith(layer.descriptor.digest));
    return {
      verdicts: results.map(({ verdict }) => verdict),
      reasons: results.map(({ reason }) => reason ?? ''),
      whole: asked.some(({ headers }) => headers.range === undefined),
    };
  }

  test('that is not what its manifest says is refused', async () => {
    const { verdicts: found, reasons } = await verdicts({
      annotations: { 'containerd.io/snapshot/stargz/toc.digest': `sha256:${'0'.repeat(64)}` },
    });
    expect(new Set(found)).toEqual(new Set(['unknown']));
    expect(reasons[0]).toMatch(
      /^layer 2 of 2 .* is damaged: its table of contents is not what its manifest says$/,
    );
  });

  test('that is wrong about the content of a file is refused, and no verdict comes of it', async () => {
    const { verdicts: found, reasons } = await verdicts({
      table: ({ entries }) => {
        for (const entry of entries)
          if (entry['name'] === 'bin/sh') entry['digest'] = `sha256:${'1'.repeat(64)}`;
      },
    });
    expect(reasons.find((reason) => reason !== '')).toMatch(
      /^bin\/sh in layer 2 of 2 .* is damaged: it is not what the layer's table of contents says$/,
    );
    expect(found).toContain('unknown');
  });

  test.each<[string, StargzChanges]>([
    [
      'is of another version',
      {
        table: (table) => {
          table.version = 2;
        },
      },
    ],
    [
      'has no digest of a file',
      {
        table: ({ entries }) => {
          for (const entry of entries) delete entry['digest'];
        },
      },
    ],
    [
      'has an entry of an unknown type',
      {
        table: ({ entries }) => {
          entries.push({ type: 'door', name: 'x' });
        },
      },
    ],
    [
      'has files that share parts',
      {
        table: ({ entries }) => {
          entries.push({ type: 'chunk', name: 'x', innerOffset: 5 });
        },
      },
    ],
    [
      'points outside',
      {
        table: ({ entries }) => {
          for (const entry of entries) if (entry['offset']) entry['offset'] = 1e15;
        },
      },
    ],
    ['is not annotated', { annotations: { 'containerd.io/snapshot/stargz/toc.digest': 'x' } }],
  ])('that %s makes no difference: the layer is read whole', async (_name, changes) => {
    const { verdicts: found, whole } = await verdicts(changes);
    expect(whole).toBe(true);
    const right = await checkAt('whole');
    expect(found).toEqual(right.results.map(({ verdict }) => verdict));
  });

  test('with a name outside of the image is refused', async () => {
    const { reasons } = await verdicts({
      table: ({ entries }) => {
        entries.push({ type: 'reg', name: '../../etc/passwd' });
      },
    });
    expect(reasons[0]).toContain('leaves the root with ".."');
  });

  test('of any form is read, refused or left, and nothing else', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.constant(null),
      fc.constantFrom('reg', 'dir', 'chunk'),
    );
    const key = fc.constantFrom(
      'name',
      'type',
      'size',
      'offset',
      'endOffset',
      'digest',
      'mode',
      'uid',
      'linkName',
      'xattrs',
      'chunkSize',
    );
    const entry = fc.dictionary(key, value, { maxKeys: 8 });
    const table = fc.oneof(
      fc.record({ version: fc.constant(1), entries: fc.array(entry, { maxLength: 20 }) }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(table, (object) => {
        try {
          readTable(Buffer.from(JSON.stringify(object)), 1000, 'x');
        } catch (error) {
          expect([ImageError, UnusableTable].some((kind) => error instanceof kind)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
