import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeNeeding, type Need, needProgram } from '../needs.ts';
import { elfFilesBelow, elfFixtures, fixtureNames, programFixtures, readElfFile } from './elf-files.ts';
import { readelf } from './readelf.ts';
import { differences } from './readelf-differences.ts';

/** Root folders of the C libraries that Debian's cross compilers bring. */
const crossRoots = [
  'aarch64-linux-gnu',
  'arm-linux-gnueabihf',
  'i686-linux-gnu',
  'mips-linux-gnu',
  'mips64el-linux-gnuabi64',
  'powerpc-linux-gnu',
  'powerpc64-linux-gnu',
  'riscv64-linux-gnu',
  's390x-linux-gnu',
  'x86_64-linux-gnux32',
].map((triplet) => join('/usr', triplet));
const crossFiles = elfFilesBelow(crossRoots);
const needCross: Need = {
  name: 'cross-built C libraries',
  missing: crossFiles.length > 0 ? null : 'no C library of another machine is installed (gcc-*-linux-gnu)',
};
const needReadelf = needProgram('readelf');

/** Where any of the files reads otherwise than readelf says. */
async function allDifferences(paths: readonly string[]): Promise<{ compared: number; found: string[] }> {
  const found: string[] = [];
  let compared = 0;
  for await (const file of readelf(paths)) {
    compared++;
    const elf = readElfFile(file.path);
    const all = [...differences(elf, file), ...elf.defects.map(({ part, reason }) => `${part}: ${reason}`)];
    found.push(...all.map((difference) => `${file.path}: ${difference}`));
  }
  return { compared, found };
}

describeNeeding('the facts are those that readelf tells', [needReadelf], () => {
  test('of the committed files of eleven machines', async () => {
    const paths = fixtureNames().map((name) => join(elfFixtures, name));
    expect(await allDifferences(paths)).toEqual({ compared: 22, found: [] });
  });

  test('of the committed programs', async () => {
    // `truncated` has defects by purpose.
    const paths = elfFilesBelow([programFixtures]).filter((path) => !path.endsWith('truncated'));
    expect(paths.length).toBeGreaterThan(15);
    expect(await allDifferences(paths)).toEqual({ compared: paths.length, found: [] });
  });

  test('of every ELF file in /usr/bin and /usr/lib', { timeout: 300_000 }, async () => {
    const paths = elfFilesBelow(['/usr/bin', '/usr/lib']);
    expect(paths.length).toBeGreaterThan(10);
    expect(await allDifferences(paths)).toEqual({ compared: paths.length, found: [] });
  });
});

describeNeeding('the facts of other machines are those that readelf tells', [needReadelf, needCross], () => {
  test('of every ELF file of the C libraries installed for cross compilers', {
    timeout: 120_000,
  }, async () => {
    expect(await allDifferences(crossFiles)).toEqual({ compared: crossFiles.length, found: [] });
  });
});
