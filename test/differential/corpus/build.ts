import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { kindOf } from '../../../src/elf/kind.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { run } from './apt.ts';
import { npmPackages, smallNpmPackages } from './npm-packages.ts';
import { binarySources, smallPackages } from './packages.ts';
import { Place } from './place.ts';
import { treeRecipes } from './trees.ts';

const mebibyte = 1 << 20;
const largest = 128 * mebibyte;

interface Limits {
  readonly programs: number;
  readonly libraries: number;
}

const withoutHosts = (text: string): string => text.replace(/https?:\S+/g, '');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Whether the file can be started or loaded; null: neither. */
function questionOf(path: string): 'program' | 'library' | null {
  const { size } = statSync(path);
  if (size < 64 || size > largest || path.includes('/debug/')) return null;
  const bytes = readFileSync(path);
  if (bytes.readUInt32BE(0) !== 0x7f454c46) return null;
  const kind = kindOf(readElf(bufferSource(bytes)));
  if (kind === 'shared-object') return 'library';
  return kind === 'relocatable' || kind === 'core' || kind === 'other' ? null : 'program';
}

/** Keeps some ELF files of an unpacked package, each by its own name in a folder by its digest. */
function pick(from: string, into: string, limits: Limits): number {
  const left = { program: limits.programs, library: limits.libraries };
  let picked = 0;
  for (const path of filesBelow(from)) {
    if (left.program + left.library === 0) break;
    const question = questionOf(path);
    if (question === null || left[question] === 0) continue;
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12);
    const folder = join(into, digest);
    left[question]--;
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true });
    linkSync(path, join(folder, basename(path)));
    chmodSync(join(folder, basename(path)), 0o755);
    picked++;
  }
  return picked;
}

function inScratch<T>(folder: string, use: (scratch: string) => T): T {
  const scratch = mkdtempSync(join(folder, 'unpacked-'));
  try {
    return use(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function buildDebianBinaries(place: Place, small: boolean, say: (line: string) => void): void {
  for (const source of binarySources.filter((entry) => entry.small || !small)) {
    const into = join(place.folder, 'binaries', `${source.suite}-${source.architecture}`);
    if (existsSync(`${into}.done`)) continue;
    const wanted = small ? source.packages.filter((name) => smallPackages.has(name)) : source.packages;
    const debs = place.withSuites(() =>
      place.apt(source.suite, source.architecture).download([...new Set(wanted)]),
    );
    let picked = 0;
    for (const deb of debs.values()) {
      picked += inScratch(place.folder, (scratch) => {
        run('dpkg-deb', ['-x', deb, scratch]);
        return pick(scratch, into, source);
      });
    }
    writeFileSync(`${into}.done`, '');
    say(`${picked} files out of ${debs.size} packages of ${source.suite} ${source.architecture}`);
  }
}

function buildNpmBinaries(place: Place, small: boolean, say: (line: string) => void): void {
  const into = join(place.folder, 'binaries', 'npm');
  for (const spec of small ? smallNpmPackages : npmPackages) {
    const marker = join(place.folder, 'npm', spec.replaceAll('/', '+'));
    if (existsSync(marker)) continue;
    mkdirSync(join(place.folder, 'npm'), { recursive: true });
    try {
      const picked = inScratch(place.folder, (scratch) => {
        run('npm', ['pack', '--silent', '--ignore-scripts', spec], scratch);
        run('bash', ['-c', 'tar -xzf *.tgz --no-same-owner && rm -- *.tgz'], scratch);
        return pick(scratch, into, { programs: 3, libraries: 4 });
      });
      writeFileSync(marker, `${picked}\n`);
    } catch (error) {
      say(`skipped: npm ${spec}: ${withoutHosts((error as Error).message.split('\n')[0] ?? '')}`);
    }
  }
}

/**
 * Builds the corpus in a folder, `rootfs` and `binaries`; what is there already is kept. Needs root. Of the whole corpus a root file
 * system that cannot be built is skipped and named; of the small one it is an error, since CI depends on each.
 */
export function buildCorpus(folder: string, small: boolean, say: (line: string) => void): void {
  mkdirSync(folder, { recursive: true });
  const place = new Place(folder, (line) => say(withoutHosts(line)));
  for (const recipe of treeRecipes.filter((entry) => entry.small || !small)) {
    const done = join(folder, 'rootfs', `${recipe.name}.done`);
    if (existsSync(done)) continue;
    try {
      place.withSuites(() => recipe.build(place));
      writeFileSync(done, '');
      say(`built ${recipe.name}`);
    } catch (error) {
      rmSync(join(folder, 'rootfs', recipe.name), { recursive: true, force: true });
      if (small) throw error;
      say(`skipped: ${recipe.name}: ${withoutHosts((error as Error).message)}`);
    }
  }
  buildDebianBinaries(place, small, say);
  buildNpmBinaries(place, small, say);
}
