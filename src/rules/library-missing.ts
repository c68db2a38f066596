import { otherElfSystem } from '../elf/describe/other-system.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { refusedByAbiTag } from '../loader/trace/trail-words.ts';
import { defineRule, effectOf, groupBy, listNames, problemsOf, type RuleContext } from './define-rule.ts';
import { isOfForeignBuild } from './foreign-libc.ts';
import { foreignWords } from './foreign-words.ts';
import { literalFolders } from './literal-folders.ts';
import { elfOfObject } from './symbol-owner.ts';
import { withSymbols } from './symbols-of-missing.ts';

/** A loader that refuses the kernel refuses libraries with the same note: one cause (G15). */
const isForNewerKernel = ({ trail }: ProblemOf<'library-missing'>, { trace }: RuleContext): boolean =>
  problemsOf(trace, 'kernel-too-old').length > 0 && trail.some(({ outcome }) => outcome === refusedByAbiTag);

/** What is at the tried places and is no library, each file once: /lib is a link to /usr/lib in many images. */
function foreignPlaces(
  trail: ProblemOf<'library-missing'>['trail'],
  { container: { rootfs } }: RuleContext,
): readonly string[] {
  const sentences = new Map<number | string, string>();
  for (const { path } of trail) {
    const words = foreignWords(rootfs, path);
    const found = words === null ? null : rootfs.lookup(path, { follow: false });
    const file = found?.ok === true ? found.inode.id : path;
    if (words !== null && !sentences.has(file)) sentences.set(file, ` ${path} is ${words}.`);
  }
  return [...sentences.values()];
}

/** The system other than Linux that an object is built for, whose libraries no image of Linux has; null for Linux's. */
const systemOf = (path: string, context: RuleContext): string | null => {
  const elf = elfOfObject(path, context);
  return elf === null ? null : otherElfSystem(elf);
};

/** A program that gains rights is loaded without what its environment and its own folder could bring (G80). */
function ignoredBySecure(neededBy: string, context: RuleContext): string {
  const { trace, container } = context;
  if (trace.secure !== true) return '';
  const dynamic = elfOfObject(neededBy, context)?.dynamic;
  const ignored = [
    (container.start.env.get('LD_LIBRARY_PATH') ?? '') === '' ? null : 'LD_LIBRARY_PATH',
    /\$\{?ORIGIN/.test(dynamic?.runpath ?? dynamic?.rpath ?? '') ? '$ORIGIN' : null,
  ].filter((each) => each !== null);
  if (ignored.length === 0) return '';
  return ` The program gains rights when it is executed (setuid, setgid or file capabilities), so the loader ignores ${listNames(ignored, 2)}.`;
}

/** Characters of LD_LIBRARY_PATH, RPATH or RUNPATH that their author did not mean for the loader. */
function oddFolders(neededBy: string, context: RuleContext): string {
  const { trace, container } = context;
  const dynamic = elfOfObject(neededBy, context)?.dynamic;
  const own = dynamic?.runpath ?? dynamic?.rpath ?? '';
  const kind = dynamic?.runpath == null ? 'RPATH' : 'RUNPATH';
  const environment = trace.secure === true ? '' : (container.start.env.get('LD_LIBRARY_PATH') ?? '');
  return [
    literalFolders(environment, 'LD_LIBRARY_PATH', false),
    literalFolders(own, `the ${kind} of ${neededBy}`, true),
  ]
    .flatMap((found) => (found === null ? [] : ` ${found.sentence.replace(/^the /, 'The ')}`))
    .join('');
}

const sentenceOf = (
  system: string,
  neededBy: string,
  group: readonly ProblemOf<'library-missing'>[],
): string => {
  const sonames = [...new Set(group.map(({ soname }) => soname))];
  return `${neededBy} is an ELF file for ${system}, and asks for libraries of that system: ${listNames(sonames, 4)}.`;
};

export const libraryMissing = defineRule({
  id: 'library-missing',
  title: 'A library that is needed is not found',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    groupBy(
      problemsOf(context.trace, 'library-missing').filter(
        (problem) =>
          problem.unreadable.length === 0 &&
          !isOfForeignBuild(context, problem) &&
          !isForNewerKernel(problem, context),
      ),
      ({ soname, neededBy }) => (systemOf(neededBy, context) === null ? soname : `\0${neededBy}`),
    ).map((group) => {
      const [first] = group;
      const system = systemOf(first.neededBy, context);
      const neededBy = [...new Set(group.map((problem) => problem.neededBy))];
      const skipped = first.trail.filter(({ outcome }) => outcome !== 'no such file');
      const links = foreignPlaces(first.trail, context);
      return {
        subject: first.soname,
        expected: `${first.soname}, needed by ${neededBy.join(', ')}`,
        found: `${
          skipped.length === 0
            ? 'not there'
            : skipped.map(({ path, outcome }) => `${path}: ${outcome}`).join('; ')
        }${withSymbols(first.soname, context)}`,
        where: first.trail.map(({ path, via }) => `${path} (${via})`),
        message:
          system !== null
            ? sentenceOf(system, first.neededBy, group)
            : `${first.soname} is in none of the places where the loader looks for it.${links.slice(0, 2).join('')}${ignoredBySecure(first.neededBy, context)}${oddFolders(first.neededBy, context)}`,
        ...effectOf(first),
      };
    }),
});
