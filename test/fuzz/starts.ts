import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BinaryFile } from '../../src/binary/binary-file.ts';
import { defaultHost } from '../../src/container/host.ts';
import { defaultPrivileges } from '../../src/container/privileges.ts';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { readToolchainHints } from '../../src/elf/describe/toolchain-hints.ts';
import type { ElfFile } from '../../src/elf/elf-file.ts';
import { kindOf } from '../../src/elf/kind.ts';
import type { CheckResult } from '../../src/examine/check-report.ts';
import { examine } from '../../src/examine/examine.ts';
import type { FileContent, Image, LayerEntry, LayerIndex } from '../../src/image/image.ts';
import { decodeImageContent } from '../../src/image/index-file/index-file.ts';
import { commandChain, type ImageCall } from '../../src/plan/command-chain.ts';
import type { Entry, Start } from '../../src/plan/start.ts';

const images = new Map<string, Image>();

/** An image of the recorded cases. */
export function caseImage(name: string): Image {
  const known = images.get(name);
  if (known !== undefined) return known;
  const content = decodeImageContent(readFileSync(resolve(`fixtures/cases/images/${name}.lcindex`)));
  const image: Image = {
    reference: name,
    source: 'profile',
    resolved: name,
    digest: null,
    content,
    fellThrough: [],
    platformChosen: false,
    alternative: null,
  };
  images.set(name, image);
  return image;
}

const ofMachine = new Map<number, readonly string[]>([
  [3, ['glibc-2.36-i386']],
  [21, ['glibc-2.36-ppc64le']],
  [22, ['glibc-2.36-s390x']],
  [40, ['glibc-2.36-armhf']],
  [62, ['glibc-2.36', 'alpine-3.20', 'uclibc']],
  [183, ['glibc-2.36-arm64', 'alpine-3.19-arm64']],
  [243, ['glibc-2.41-riscv64']],
]);

/** Images whose loaders may load such a file. */
export const imagesFor = ({ machine }: ElfFile): readonly Image[] =>
  (ofMachine.get(machine) ?? ['glibc-2.36']).map(caseImage);

const owned = { uid: 0, gid: 0, mode: 0o755 };

/** A file of a layer. */
export const fileEntry = (path: string, content: FileContent, size: number): LayerEntry => ({
  ...owned,
  type: 'file',
  path,
  size,
  content,
  capability: null,
});

export const layerOf = (entries: readonly LayerEntry[]): LayerIndex => ({ diffID: null, entries });

/** What is the same in every start here. */
const always = {
  env: [],
  user: null,
  workingDir: null,
  host: defaultHost,
  privileges: defaultPrivileges(defaultHost.engine),
  complete: async () => null,
};

/** One start, from facts to remedies. The report is written, too. */
export async function examineStart(
  parts: Pick<Start, 'binary' | 'at' | 'entry' | 'image' | 'copied'>,
): Promise<CheckResult> {
  const result = await examine({ ...always, ...parts });
  JSON.stringify(result);
  return result;
}

export function binaryOf(elf: ElfFile, bytes: Buffer): BinaryFile {
  return {
    path: 'input',
    sha256: null,
    size: bytes.length,
    mode: 0o755,
    content: { kind: 'elf', elf },
    elf,
    hints: readToolchainHints(bufferSource(bytes), elf),
  };
}

/** Starts an ELF file in an image, or opens it there if it is a shared object. */
export function examineIn(image: Image, elf: ElfFile, bytes: Buffer): Promise<CheckResult> {
  const binary = binaryOf(elf, bytes);
  const isObject = kindOf(elf) === 'shared-object';
  const entry: Entry = isObject
    ? { kind: 'dlopen', caller: null, binding: null, before: [] }
    : { kind: 'exec' };
  const copied = [layerOf([fileEntry('input', binary.content, binary.size)])];
  return examineStart({ binary, at: '/input', entry, image, copied });
}

/** Starts a command of an image with one more layer, and all that it hands over to. */
export async function examineCommand(
  argv: readonly string[],
  base: Image,
  entries: readonly LayerEntry[],
  user: string | null = null,
): Promise<readonly CheckResult[]> {
  const copied = [layerOf(entries)];
  const settings = { ...always, user };
  const call: ImageCall = {
    input: { binaries: [], images: [] },
    start: settings,
    open: async () => base,
    added: async () => copied,
    inImage: (start, image) => ({ ...start, image, complete: always.complete }),
  };
  const results: CheckResult[] = [];
  for await (const start of commandChain(call, argv, base)) results.push(await examine(start));
  JSON.stringify(results);
  return results;
}

/** Opens a plugin at a path of an image with one more layer, by the program that it is a plugin of. */
export function examinePlugin(
  image: Image,
  at: string,
  { content, size }: { readonly content: Extract<FileContent, { kind: 'elf' }>; readonly size: number },
  entries: readonly LayerEntry[],
): Promise<CheckResult> {
  const { elf } = content;
  const binary: BinaryFile = { path: at, sha256: null, size, mode: 0o755, content, elf, hints: null };
  const copied = [layerOf([...entries, fileEntry(at.slice(1), content, size)])];
  const entry: Entry = { kind: 'dlopen', caller: null, binding: null, before: [] };
  return examineStart({ binary, at, entry, image, copied });
}
