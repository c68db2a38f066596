import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BinaryFile, readBinary } from '../src/binary/binary-file.ts';
import { defaultHost } from '../src/container/host.ts';
import { findLibcs } from '../src/container/libc.ts';
import { processEnv, resolveUser } from '../src/container/process-start.ts';
import type { ElfFile } from '../src/elf/elf-file.ts';
import { kindOf } from '../src/elf/kind.ts';
import type { ImageContent } from '../src/image/image.ts';
import { decodeImageContent } from '../src/image/index-file/index-file.ts';
import { simulateStart } from '../src/loader/simulate.ts';
import { simulateDlopen } from '../src/loader/simulate-dlopen.ts';
import { squash } from '../src/rootfs/squash.ts';
import { rules } from '../src/rules/index.ts';

const bar = 20_000;
const binaryCount = 1000;
const imageCount = 40;
const at = '/prediction-api';

/** ELF files of this machine's own programs and libraries; again from the first when they are fewer. */
function ownBinaries() {
  const found: (BinaryFile & { readonly elf: ElfFile })[] = [];
  for (const folder of [
    '/usr/bin',
    '/usr/sbin',
    '/usr/lib',
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
  ]) {
    for (const name of listing(folder)) {
      if (found.length >= binaryCount) return found;
      try {
        const file = readBinary(join(folder, name));
        if (file.elf !== null) found.push({ ...file, elf: file.elf });
      } catch {}
    }
  }
  const distinct = found.length;
  for (let next = 0; distinct > 0 && found.length < binaryCount; next++) {
    const again: (typeof found)[number] | undefined = found[next];
    if (again !== undefined) found.push(again);
  }
  return found;
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function embeddedImages(): ImageContent[] {
  const folder = 'profiles';
  const names = readdirSync(folder).filter((name) => name.endsWith('.lcindex'));
  const images = names.map((name) => decodeImageContent(readFileSync(join(folder, name))));
  for (let next = 0; images.length < imageCount; next++) {
    const again = images[next];
    if (again !== undefined) images.push(again);
  }
  return images.slice(0, imageCount);
}

const binaries = ownBinaries();
const images = embeddedImages().map((content) => ({
  content,
  rootfs: squash(content.layers, 'followed').rootfs,
}));

/** Everything that a check does between the facts and the report: tree, simulation, rules. */
function verdict(binary: (typeof binaries)[number], image: (typeof images)[number]): string {
  const { size, mode, content, elf, hints } = binary;
  const entry = {
    type: 'file',
    path: at.slice(1),
    mode,
    uid: 0,
    gid: 0,
    size,
    content,
    capability: null,
  } as const;
  const rootfs = image.rootfs.withLayer({ diffID: null, entries: [entry] });
  const { config, platform } = image.content;
  const user = resolveUser(config.user, rootfs);
  const { uid, gid, gids } = user.ok ? user : { uid: 0, gid: 0, gids: [] };
  const start = { env: processEnv(config, []), cwd: config.workingDir || '/', uid, gid, gids };
  const container = { rootfs, platform, config, start, host: defaultHost };
  const isLibrary = kindOf(elf) === 'shared-object';
  const trace = isLibrary ? simulateDlopen(container, at, elf, null) : simulateStart(container, at);
  const context = { trace, container, libcs: findLibcs(rootfs), binary: { at, elf, hints } };
  for (const rule of rules) rule.check(context);
  return trace.ending.kind;
}

const endings: Record<string, number> = {};
for (const binary of binaries.slice(0, 20)) for (const image of images) verdict(binary, image);
const before = process.cpuUsage();
const begin = process.hrtime.bigint();
for (const binary of binaries) {
  for (const image of images) {
    const ending = verdict(binary, image);
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
}
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
const used = process.cpuUsage(before);
const perSecond = (binaries.length * images.length) / seconds;
const perCpuSecond = (binaries.length * images.length) / ((used.user + used.system) / 1e6);
const told = Object.entries(endings).map(([ending, count]) => `${count} ${ending}`);
process.stdout.write(
  `verdicts in one process, facts in memory, ${binaries.length} binaries × ${images.length} images (${told.join(', ')})\n` +
    `    ${Math.round(perSecond)} a second (${Math.round(perCpuSecond)} a second of processor time), at least ${bar}: ${perSecond >= bar ? 'met' : 'NOT MET'}\n`,
);
