import { areOfTwoReleases, buildWords } from '../loader/glibc/builds.ts';
import { defineRule } from './define-rule.ts';
import { glibcParts } from './two-glibcs.ts';

/** What a part of glibc does for programs, where it starts beside another build and dies when it is called. */
const diesWhenCalled: Readonly<Record<string, string>> = { 'libdl.so.2': 'dlopen, dlsym and their like' };

/** A libdl.so.2 with code of its own, beside a libc.so.6 that has that code itself (G0b, G70). */
export const mixedGlibc = defineRule({
  id: 'mixed-glibc',
  title: 'A library of another glibc that crashes when it is called',
  severity: 'warning',
  confidence: 'likely',
  check: (context) => {
    if (context.trace.ending.kind !== 'starts') return [];
    const named = context.trace.objects.some(({ elf }) =>
      Object.hasOwn(diesWhenCalled, elf?.dynamic?.soname ?? ''),
    );
    const parts = named ? glibcParts(context) : [];
    const libc = parts.find(({ soname }) => soname === 'libc.so.6');
    if (libc === undefined) return [];
    return parts.flatMap(({ soname, path, build }) => {
      const does = diesWhenCalled[soname];
      if (does === undefined || !areOfTwoReleases(build, libc.build)) return [];
      return [
        {
          subject: path,
          expected: `the ${soname} of ${buildWords(libc.build)}, of which ${libc.path} is part`,
          found: `that of ${buildWords(build)}`,
          where: [path, libc.path],
          message: `${path} is part of ${buildWords(build)} and ${libc.path} of ${buildWords(libc.build)}: the process dies when it calls ${does}.`,
          seen: null,
          exitStatus: 139,
        },
      ];
    });
  },
});
