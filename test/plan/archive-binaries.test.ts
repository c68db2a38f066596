import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import type { CheckReport } from '../../src/examine/check-report.ts';
import type { CheckInput } from '../../src/plan/check-input.ts';
import { type ZipEntry, zipBytes } from '../binary/archive/zip-bytes.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const folder = temporaryFolder();
const bin = fileURLToPath(new URL('../../fixtures/bin/', import.meta.url));
const file = (name: string): Buffer => readFileSync(bin + name);
const addon = file('addon.node');
const forArm = file('aarch64-glibc-dynamic');
const machO = Buffer.alloc(64);
Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 8]).copy(machO);
const manifest: ZipEntry = { name: 'META-INF/MANIFEST.MF', data: 'Manifest-Version: 1.0\n' };

/** `buffer` with some of its bytes changed. */
function changed(buffer: Buffer, at: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(buffer);
  copy.set(bytes, at);
  return copy;
}

function archive(name: string, ...entries: readonly ZipEntry[]): string {
  const path = join(folder, name);
  writeFileSync(path, zipBytes(...entries));
  return path;
}

const debian = ['profile:debian:12-slim'];

const checked = (word: string, input: Partial<CheckInput> = {}): Promise<CheckReport> =>
  check({ binaries: [word], images: debian, environment: {}, ...input });

const verdicts = ({ results }: CheckReport): string[] =>
  results.map(
    ({ binary, image, verdict }) => `${binary.path.slice(folder.length + 1)} ${image.libc.family} ${verdict}`,
  );

describe('a jar', () => {
  const jar = archive(
    'app.jar',
    manifest,
    { name: 'org/x/Main.class', data: '\xca\xfe\xba\xbe' },
    { name: 'native/Linux/x86_64/libx.so', data: addon, deflated: true },
    { name: 'native/Linux/aarch64/libx.so', data: forArm },
    { name: 'native/Mac/arm64/libx.dylib', data: machO },
    { name: 'native/Mac/arm64/libx.node', data: machO },
    { name: 'native/FreeBSD/x86_64/libx.so', data: addon },
    { name: 'native/other/x86_64/libx.so', data: changed(addon, 7, 9) },
    { name: 'native/obj/x.o', data: changed(addon, 16, 1) },
  );

  test('is checked by its files for the platform, which a Java program extracts', async () => {
    const report = await checked(jar);
    expect(verdicts(report)).toEqual(['app.jar!/native/Linux/x86_64/libx.so glibc runs']);
    expect(report.results[0]?.binary).toMatchObject({ at: '/tmp/libx.so', kind: 'shared-object' });
    expect(report.skipped).toEqual([
      { path: jar, reason: 'other-platform', count: 5 },
      { path: jar, reason: 'object-file', count: 1 },
    ]);
  });

  test('is checked for the platform that is asked for', async () => {
    const report = await checked(jar, { images: ['scratch'], platform: 'linux/arm64' });
    expect(report.results.map(({ binary }) => binary.path)).toEqual([`${jar}!/native/Linux/aarch64/libx.so`]);
  });

  test('is opened by the java of the image', async () => {
    const starts = await checked(jar, {
      add: [{ source: `${bin}glibc-dynamic`, destination: '/opt/jdk/bin/java' }],
    });
    expect(starts.results[0]).toMatchObject({ verdict: 'runs' });
    const objects = starts.results[0]?.objects.map(({ neededBy }) => neededBy);
    expect(objects).toContain('/opt/jdk/bin/java');
    const [without] = (await checked(jar)).results;
    const note = without?.findings.find(({ rule }) => rule === 'opened-by');
    expect(note).toMatchObject({ subject: 'Java', found: 'no Java in the image', severity: 'note' });
  });

  test('fails where nothing in it is for the platform (S37)', async () => {
    const report = await checked(jar, { images: ['scratch'], platform: 'linux/s390x' });
    expect(report.results).toMatchObject([
      {
        binary: { path: jar, at: '/app.jar', kind: 'other' },
        verdict: 'fails',
        stage: 'library',
        seen: { message: '', complete: false, exitStatus: 1 },
        findings: [
          {
            rule: 'build-missing',
            confidence: 'likely',
            message:
              '/app.jar holds native files for linux/amd64, linux/arm64 and macOS arm64 only, none for linux/s390x: ' +
              'a Java program that loads one of them ends in UnsatisfiedLinkError, and one that does without starts.',
            remedies: [
              { action: 'Take a release of it, or a variant, that has a build for linux/s390x.' },
              { command: 'docker build --platform linux/amd64 …' },
            ],
          },
        ],
      },
    ]);
    expect(exitCodeOf(report, false)).toBe(1);
  });

  test('inside a plain zip is taken apart by Java, not unpacked', async () => {
    const zip = archive('lib.zip', { name: 'lib/app.jar', data: readFileSync(jar) });
    const report = await checked(zip);
    expect(verdicts(report)).toEqual(['lib.zip!/lib/app.jar!/native/Linux/x86_64/libx.so glibc runs']);
    expect(report.results[0]?.binary).toMatchObject({ at: '/tmp/libx.so' });
  });

  test('inside a war inside a zip is opened, one that lies deeper is named', async () => {
    const war = zipBytes({ name: 'WEB-INF/lib/app.jar', data: readFileSync(jar) });
    const dist = archive('dist.zip', { name: 'app.war', data: war });
    const member = 'app.war!/WEB-INF/lib/app.jar!/native/Linux/x86_64/libx.so';
    expect(verdicts(await checked(dist))).toEqual([`dist.zip!/${member} glibc runs`]);
    const deeper = archive('deeper.zip', { name: 'dist.zip', data: readFileSync(dist) });
    expect((await checked(deeper)).results).toMatchObject([
      {
        verdict: 'unknown',
        problem: 'call',
        reason: expect.stringContaining('holds dist.zip!/app.war!/WEB-INF/lib/app.jar, an archive too deep'),
      },
    ]);
  });

  test('inside a jar is opened too', async () => {
    const fat = archive('fat.jar', manifest, { name: 'BOOT-INF/lib/app.jar', data: readFileSync(jar) });
    const member = 'BOOT-INF/lib/app.jar!/native/Linux/x86_64/libx.so';
    expect(verdicts(await checked(fat))).toEqual([`fat.jar!/${member} glibc runs`]);
    expect(verdicts(await checked(`${fat}!/${member}`))).toEqual([`fat.jar!/${member} glibc runs`]);
  });

  test('has the build for the libc of the image', async () => {
    const both = archive(
      'both.jar',
      manifest,
      { name: 'native/Linux/x86_64/libx.so', data: addon },
      { name: 'native/Linux-Musl/x86_64/libx.so', data: addon },
      { name: 'native/Linux-Musl/x86_64/libonly.so', data: addon },
    );
    const report = await checked(both, { images: [...debian, 'profile:alpine:3.19'] });
    const paths = report.results.map(({ binary, image }) => [
      binary.path.slice(both.length + 2),
      image.libc.family,
    ]);
    expect(paths).toEqual([
      ['native/Linux/x86_64/libx.so', 'glibc'],
      ['native/Linux-Musl/x86_64/libonly.so', 'glibc'],
      ['native/Linux-Musl/x86_64/libonly.so', 'musl'],
      ['native/Linux-Musl/x86_64/libx.so', 'musl'],
    ]);
    expect(report.skipped).toEqual([]);
    const onDebian = await checked(both, { images: debian });
    expect(onDebian.skipped).toEqual([{ path: both, reason: 'other-libc', count: 1 }]);
  });
});

describe('a wheel or zip', () => {
  const model = file('origin/lib/libmodel.so.1');
  const program = file('origin/bin/runpath-origin');

  test('is unpacked as a whole: its files find each other', async () => {
    const zip = archive(
      'function.zip',
      { name: 'bin/app', data: program, mode: 0o100755 },
      { name: 'lib/libmodel.so.1', data: 'libmodel.so.1.0', mode: 0o120777 },
      { name: 'lib/libmodel.so.1.0', data: model, mode: 0o100644 },
    );
    const report = await checked(zip);
    expect(verdicts(report)).toEqual([
      'function.zip!/bin/app glibc runs',
      'function.zip!/lib/libmodel.so.1.0 glibc runs',
    ]);
    expect(report.results[0]?.binary.at).toBe('/function/bin/app');
  });

  test('keeps the modes that it records, as a link that became a text stays one', async () => {
    const zip = archive(
      'flat.zip',
      { name: 'bin/app', data: program, mode: 0o100644 },
      { name: 'lib/libmodel.so.1', data: 'libmodel.so.1.0' },
      { name: 'lib/libmodel.so.1.0', data: model },
    );
    const { results } = await checked(zip);
    expect(results.map(({ verdict, findings }) => [verdict, findings[0]?.rule])).toEqual([
      ['fails', 'not-executable'],
      ['fails', 'library-rejected'],
      ['runs', undefined],
    ]);
  });

  test('without Python in the image is one note, which also names what is not checked (S34)', async () => {
    const wheel = archive('n-1-cp311-cp311-linux_x86_64.whl', { name: 'n/x.so', data: addon });
    const [result] = (await checked(wheel)).results;
    expect(result?.findings).toMatchObject([
      {
        rule: 'opened-by',
        message: expect.stringMatching(
          /is for CPython, which the image does not have; .* takes napi_create_int32, .* so they are not checked\.$/,
        ),
      },
    ]);
  });

  test.each<[string, ZipEntry, string]>([
    ['another machine', { name: 'n/x.so', data: addon }, 'linux/amd64'],
    ['macOS', { name: 'n/x.cpython-311-darwin.so', data: machO }, 'macOS arm64'],
  ])('that is all for %s is one finding (S37)', async (_, member, has) => {
    const wheel = archive('o-1-cp311-cp311-any.whl', member);
    const { results } = await checked(wheel, { images: ['scratch'], platform: 'linux/arm64' });
    expect(
      results.map(({ verdict, findings }) => [verdict, findings.map(({ rule, found }) => [rule, found])]),
    ).toEqual([['fails', [['build-missing', `native files for ${has} only`]]]]);
  });

  test('of Python stands where pip puts it, its scripts executable', async () => {
    const wheel = archive(
      'm-1.0-py3-none-manylinux_2_17_x86_64.whl',
      { name: 'm/core.so', data: addon },
      { name: 'm-1.0.data/scripts/m', data: file('glibc-dynamic') },
    );
    const { results } = await checked(wheel);
    expect(results.map(({ binary, verdict }) => [binary.at, verdict])).toEqual([
      ['/usr/local/lib/python3/site-packages/m/core.so', 'runs'],
      ['/usr/local/bin/m', 'runs'],
    ]);
  });

  test('has the build for the image of each of its files, and a file that has none is checked', async () => {
    const zip = archive(
      'function.zip',
      { name: 'prebuilds/linux-x64/a.node', data: addon },
      { name: 'prebuilds/linux-arm64/a.node', data: forArm },
      { name: 'prebuilds/darwin-arm64/a.node', data: machO },
      { name: '@x/y-linux-arm64/y.so', data: forArm },
      { name: '@x/z-darwin-arm64/z.node', data: machO },
    );
    const report = await checked(zip, { platform: 'linux/amd64' });
    expect(verdicts(report)).toEqual([
      'function.zip!/prebuilds/linux-x64/a.node glibc runs',
      'function.zip!/@x/y-linux-arm64/y.so glibc fails',
      'function.zip!/@x/z-darwin-arm64/z.node glibc fails',
    ]);
    expect(report.skipped).toEqual([{ path: zip, reason: 'other-platform', count: 2 }]);
  });
});

describe('an archive that is no use', () => {
  test.each([
    ['has no native file', [{ name: 'a.py', data: 'x' }], 'call', 'nothing in it depends on the image'],
    [
      'is encrypted',
      [{ name: 'x.so', data: addon, deflated: true, encrypted: true }],
      'unreadable',
      'x.so is encrypted',
    ],
    [
      'unpacks to more than may be read',
      [{ name: 'x.so', data: addon, deflated: true, promised: 0x30000000 }],
      'unreadable',
      'x.so, which is larger than 512 MiB',
    ],
    [
      'holds a file that leaves the archive',
      [{ name: '../x.so', data: addon }],
      'unreadable',
      'cannot be read as a zip archive',
    ],
  ])('%s', async (_, entries, problem, reason) => {
    const { results } = await checked(archive('odd.zip', ...entries));
    expect(results).toMatchObject([{ verdict: 'unknown', problem, reason: expect.stringContaining(reason) }]);
  });

  test('is cut off', async () => {
    const path = join(folder, 'cut.zip');
    writeFileSync(path, zipBytes({ name: 'x.so', data: addon }).subarray(0, 400));
    expect((await checked(path)).results).toMatchObject([{ verdict: 'unknown', problem: 'unreadable' }]);
  });
});

test('a member is named by itself, whatever it is, and stands where the call says', async () => {
  const zip = archive('one.zip', { name: 'a/x.node', data: machO }, { name: 'b/x.so', data: addon });
  const { results } = await checked(`${zip}!/a/x.node`, { at: '/app/x.node' });
  expect(results).toMatchObject([{ verdict: 'fails', seen: { message: '/app/x.node: invalid ELF header' } }]);
  expect((await checked(`${zip}!/none`)).results).toMatchObject([
    { problem: 'call', reason: `${zip} has no file none` },
  ]);
});
