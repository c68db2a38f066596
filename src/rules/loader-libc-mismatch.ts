import { buildWords } from '../loader/glibc/builds.ts';
import { defineRule, effectsOf, listNames } from './define-rule.ts';
import { type GlibcPart, twoGlibcs } from './two-glibcs.ts';

const named = ({ path, build }: GlibcPart): string => `${path} (${buildWords(build)})`;

/** How the loader came to a part: a sentence. */
function foundWords({ foundBy, path, folder, soname }: GlibcPart, preloads: string): string {
  if (foundBy === 'preload')
    return preloads.includes(path) ? `LD_PRELOAD names ${path}.` : `${path} is preloaded.`;
  if (foundBy === null || foundBy === 'default directory')
    return `${soname} lies in ${folder}, where the loader looks by default.`;
  return `${foundBy} leads the loader to ${folder} for ${soname}.`;
}

/** Parts of two builds of glibc, which share interfaces that are not stable (G0b): one cause, whatever they lack. */
export const loaderLibcMismatch = defineRule({
  id: 'loader-libc-mismatch',
  title: 'Parts of two builds of glibc in one process',
  severity: 'error',
  confidence: 'exact',
  check: (context) => {
    const two = twoGlibcs(context);
    if (two === null) return [];
    const { strays, beside, problems } = two;
    const [stray] = strays;
    const paths = strays.map(({ path }) => path);
    return [
      {
        subject: listNames(paths, 3),
        expected: `files of one build of glibc: that of ${named(beside)}`,
        found: listNames(strays.map(named), 6),
        where: [...paths, beside.path],
        message: `${stray.path} is part of ${buildWords(stray.build)} and ${beside.path} of ${buildWords(beside.build)}: two builds of glibc do not work in one process. ${foundWords(stray, context.container.start.env.get('LD_PRELOAD') ?? '')}`,
        ...effectsOf(problems.filter(({ fatal }) => fatal)),
      },
    ];
  },
});
