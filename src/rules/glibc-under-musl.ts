import { familyOfVersion } from '../elf/libc-names.ts';
import { defineRule } from './define-rule.ts';
import { foreignBuild } from './foreign-libc.ts';

/** A program whose needs are glibc's and that musl's loader satisfies with itself (M4, M50, M51). */
export const glibcUnderMusl = defineRule({
  id: 'glibc-under-musl',
  title: 'musl would run a glibc program',
  severity: 'warning',
  confidence: 'likely',
  check: ({ trace, binary }) => {
    if (trace.loader?.family !== 'musl' || foreignBuild({ trace, binary }) !== null) return [];
    const wantsGlibc = binary.elf?.dynamic?.verneed.some(({ versions }) =>
      versions.some(({ name }) => familyOfVersion(name) === 'glibc'),
    );
    if (wantsGlibc !== true) return [];
    return [
      {
        subject: binary.at,
        expected: 'glibc, which it was linked against',
        found:
          `musl ${trace.loader.version ?? ''} (${trace.loader.path}), which takes itself for glibc's libraries`.replace(
            '  ',
            ' ',
          ),
        where: [trace.loader.path],
        message: `${binary.at} was linked against glibc; musl may load it, but their structures differ, so what it does then is not supported.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
