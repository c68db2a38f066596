import { defineRule } from './define-rule.ts';

/** Libraries that `.note.dlopen` announces and that no default place of the image holds (S30, G91). */
export const dlopenMissing = defineRule({
  id: 'dlopen-missing',
  title: 'A library that is loaded on demand is not in the image',
  severity: 'note',
  confidence: 'likely',
  check: ({ binary, container, trace }) => {
    const notes = binary.elf?.notes.dlopen ?? [];
    if (notes.length === 0) return [];
    const loader = trace.loader?.path;
    const text = loader === undefined ? null : container.rootfs.lookup(loader);
    const elf = text?.ok === true && text.inode.content?.kind === 'elf' ? text.inode.content.elf : null;
    const directories = elf?.libcText?.systemDirs ?? ['/lib', '/usr/local/lib', '/usr/lib'];
    const isThere = (soname: string) =>
      directories.some((directory) => container.rootfs.lookup(`${directory}/${soname}`).ok);
    return notes
      .filter(({ sonames }) => sonames.length > 0 && !sonames.some(isThere))
      .map(({ sonames, feature, description, priority }) => ({
        subject: sonames[0] ?? '',
        expected: `one of ${sonames.join(', ')} (${priority})`,
        found: 'none in the default folders',
        where: directories,
        message: `${binary.at} loads ${sonames.join(' or ')} on demand${feature === null ? '' : ` for ${description ?? feature}`}; the image has none.`,
        seen: null,
        exitStatus: null,
      }));
  },
});
