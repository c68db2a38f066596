import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeNeeding, type Need } from '../needs.ts';
import { elfFixtures, fixtureBytes, fixtureNames } from './elf-files.ts';

const recipe = join(elfFixtures, 'build.sh');
const compilers = [...readFileSync(recipe, 'utf8').matchAll(/^build \S+ (\S+)/gm)].map(
  ([, triplet]) => `${triplet}-gcc`,
);

/** The compiler and linker that made the committed files; others make other bytes. */
function needCompiler(name: string): Need {
  const gcc = spawnSync(name, ['-dumpfullversion'], { encoding: 'utf8' });
  const ld = spawnSync(name, ['-Wl,--version'], { encoding: 'utf8' });
  if (gcc.error !== undefined) return { name, missing: `${name} is not installed` };
  const same = gcc.stdout.trim() === '12.2.0' && ld.stdout.includes(' 2.40');
  return { name, missing: same ? null : `${name} is not GCC 12.2.0 with binutils 2.40` };
}

describeNeeding('the ELF files of eleven machines', [...new Set(compilers)].map(needCompiler), () => {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-elf-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are built again byte for byte by their recipe', () => {
    expect(spawnSync(recipe, [folder], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    const changed = fixtureNames().filter(
      (name) => !readFileSync(join(folder, name)).equals(fixtureBytes(name)),
    );
    expect(changed).toEqual([]);
  });
});
