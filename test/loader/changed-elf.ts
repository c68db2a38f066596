import type { Container } from '../../src/container/container.ts';
import type { DynamicSection, ElfFile, Relocations } from '../../src/elf/elf-file.ts';

/** The container with other facts of the ELF file at `path`, for files that no linker makes. */
export function withChangedElf(
  container: Container,
  path: string,
  change: (elf: ElfFile) => ElfFile,
): Container {
  const found = container.rootfs.lookup(path);
  const content = found.ok && found.inode.type === 'file' ? found.inode.content : null;
  if (!found.ok || content?.kind !== 'elf') throw new Error(`${path} is not an ELF file of the image`);
  const elf = change(content.elf);
  const rootfs = container.rootfs.withLayer({
    diffID: null,
    entries: [
      {
        type: 'file',
        path: found.path.replace(/^\/+/, ''),
        mode: 0o755,
        uid: 0,
        gid: 0,
        size: elf.size,
        content: { kind: 'elf', elf },
        capability: null,
      },
    ],
  });
  return { ...container, rootfs };
}

/** The file with other facts of its dynamic segment. */
export function withDynamic(elf: ElfFile, changed: Partial<DynamicSection>): ElfFile {
  if (elf.dynamic === null) throw new Error('it has no dynamic segment');
  return { ...elf, dynamic: { ...elf.dynamic, ...changed } };
}

/** The file with other relocations. */
export function withRelocations(elf: ElfFile, changed: Partial<Relocations>): ElfFile {
  if (elf.dynamic === null) throw new Error('it has no dynamic segment');
  return withDynamic(elf, { relocations: { ...elf.dynamic.relocations, ...changed } });
}

/** The file that relocates nothing. */
export const withoutRelocations = (elf: ElfFile): ElfFile =>
  withRelocations(elf, { references: [], anonymousTypes: { data: [], plt: [] } });

/** The file with relocation types that name no symbol. */
export function withAnonymousTypes(elf: ElfFile, types: Partial<Relocations['anonymousTypes']>): ElfFile {
  const before = elf.dynamic?.relocations.anonymousTypes ?? { data: [], plt: [] };
  return withRelocations(elf, { anonymousTypes: { ...before, ...types } });
}
