import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutation } from './mutate.ts';
import type { Sample } from './samples.ts';

/** A change that people's tools make. It is done in place, to a copy. */
interface Rewrite {
  readonly tool: string;
  readonly args: readonly string[];
  readonly only?: Sample['question'];
}

const rewrite = (tool: string, words: string, only?: Sample['question']): Rewrite => ({
  tool,
  args: words.split(' '),
  ...(only === undefined ? {} : { only }),
});

const longPath = Array.from({ length: 12 }, (_, i) => `/opt/a-rather-long-folder/lib${i}`).join(':');

const rewrites: readonly Rewrite[] = [
  rewrite('strip', '--strip-all'),
  rewrite('strip', '--strip-debug'),
  rewrite('strip', '--remove-section=.comment --remove-section=.note.gnu.build-id'),
  rewrite('strip', '--strip-section-headers'),
  rewrite('objcopy', '--strip-unneeded'),
  rewrite('objcopy', '--only-keep-debug'),
  rewrite('objcopy', '--add-section .extra=/etc/passwd'),
  rewrite('objcopy', '--remove-section .note.gnu.property'),
  rewrite('objcopy', '--remove-section .note.ABI-tag'),
  rewrite('objcopy', '--compress-debug-sections'),
  rewrite('llvm-strip', '--strip-all'),
  rewrite('llvm-strip', '--strip-sections'),
  rewrite('llvm-objcopy', '--strip-all --remove-section=.comment'),
  rewrite('eu-strip', '--remove-comment'),
  rewrite('sstrip', '-z'),
  rewrite('chrpath', '--delete'),
  rewrite('patchelf', '--set-rpath $ORIGIN'),
  rewrite('patchelf', `--set-rpath ${longPath}`),
  rewrite('patchelf', `--force-rpath --set-rpath ${longPath}`),
  rewrite('patchelf', '--remove-rpath'),
  rewrite('patchelf', '--shrink-rpath'),
  rewrite('patchelf', '--page-size 65536 --set-rpath /opt/other'),
  rewrite('patchelf', '--set-soname libanother-name-that-is-long.so.3', 'load'),
  rewrite('patchelf', '--clear-execstack'),
  rewrite('patchelf', '--add-debug-tag'),
  rewrite('patchelf', '--no-default-lib'),
  rewrite('upx', '-q -1', 'start'),
  rewrite('upx', '-q --best', 'start'),
  rewrite('upx', '-q --lzma', 'start'),
  rewrite('upx', '-q --force-execve', 'start'),
];

/** What follows the bytes that segments and headers hold is cut off, as sstrip does it. */
function withoutSections(original: Buffer): Buffer {
  const bytes = Buffer.from(original);
  const wide = bytes[4] === 2;
  const number = (at: number) => (wide ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at));
  const table = number(wide ? 32 : 28);
  const each = bytes.readUInt16LE(wide ? 54 : 42);
  const count = bytes.readUInt16LE(wide ? 56 : 44);
  const ends = Array.from({ length: count }, (_, i) => {
    const at = table + i * each;
    return number(at + (wide ? 8 : 4)) + number(at + (wide ? 32 : 16));
  });
  bytes.fill(0, wide ? 40 : 32, wide ? 48 : 36);
  bytes.fill(0, wide ? 60 : 48, wide ? 64 : 52);
  return bytes.subarray(0, Math.max(table + each * count, ...ends));
}

const here = (tool: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, tool)));

/** The tools of this table that this machine lacks. */
export function missingTools(): string[] {
  return [...new Set(rewrites.map(({ tool }) => tool))].filter((tool) => !here(tool));
}

/** The sample as each tool leaves it; a tool that refuses it, or leaves it as it was, makes none. */
export function rewritten(sample: Sample, folder: string): Mutation[] {
  const original = readFileSync(sample.path);
  const path = join(folder, 'rewritten');
  const cut: Mutation = {
    kind: 'made by a tool',
    what: 'cut behind its last segment',
    bytes: withoutSections(original),
  };
  const made = rewrites
    .filter(({ only, tool }) => (only === undefined || only === sample.question) && here(tool))
    .flatMap(({ tool, args }): Mutation[] => {
      copyFileSync(sample.path, path);
      const { status } = spawnSync(tool, [...args, path], { stdio: 'ignore', timeout: 60_000 });
      const bytes = existsSync(path) ? readFileSync(path) : original;
      rmSync(path, { force: true });
      if (status !== 0 || bytes.equals(original)) return [];
      return [{ kind: 'made by a tool', what: `${tool} ${args.join(' ')}`, bytes }];
    });
  return [cut, ...made];
}
