import { foreignAt } from '../container/foreign-at.ts';
import { otherElfSystem } from '../elf/describe/other-system.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import type { Remedy } from '../rules/finding.ts';
import type { RuleId } from '../rules/index.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import { type AdviceFacts, type Advised, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { adviseOnForeign, adviseOnText } from './foreign-advice.ts';
import { adviseOnForeignLibc } from './foreign-libc-advice.ts';
import { adviseOnTwoGlibcs } from './glibc-advice.ts';
import { adviseOnInterpreter, otherLibc } from './interpreter-advice.ts';
import { adviseOnLibrary } from './library-advice.ts';
import {
  adviseOnPermission,
  adviseOnPreload,
  adviseOnUnreadableLibrary,
  adviseOnUnreadableScript,
} from './permission-advice.ts';
import {
  adviseOnArchitecture,
  adviseOnImagePlatform,
  adviseOnMissingBuild,
  adviseOnOtherPlatform,
} from './platform-advice.ts';
import { adviseOnCallerRefuses, adviseOnCallerUnusable, adviseOnNeededPlugin } from './plugin-advice.ts';
import { buildForPlatform, buildStatically, rebuilt } from './rebuild.ts';
import {
  adviseOnCrlf,
  adviseOnEndedScript,
  adviseOnScriptCommand,
  adviseOnScriptInterpreter,
  adviseOnScriptOption,
} from './script-advice.ts';
import { adviseOnFolder, adviseOnMissingProgram, adviseOnUser } from './start-advice.ts';
import { adviseOnStray } from './stray-advice.ts';
import { adviseOnHostSymbols, adviseOnSymbol } from './symbol-advice.ts';
import { adviseOnStaticTls } from './tls-advice.ts';
import { adviseOnVersion } from './version-advice.ts';

const always =
  (...remedies: readonly Remedy[]): Adviser =>
  () =>
    remedies;

/** What a file that is neither program nor library is to become; `otherwise` for what is one. */
const byFormat =
  (path: (finding: Advised, facts: AdviceFacts) => string, otherwise: Adviser): Adviser =>
  (finding, facts) => {
    const remedies = adviseOnForeign(path(finding, facts), facts);
    const isScript = foreignAt(facts.rootfs, path(finding, facts))?.kind === 'late-shebang';
    return remedies.length > 0 && !isScript ? remedies : [...remedies, ...otherwise(finding, facts)];
  };

const subjectOf = ({ subject }: Advised): string => subject;

/** Where the loader met something that is no library in place of a missing one. */
function foreignPlace({ subject }: Advised, facts: AdviceFacts): string {
  const [problem] = problemsIn(facts, 'library-missing').filter(({ soname }) => soname === subject);
  return problem?.trail.find(({ path }) => foreignAt(facts.rootfs, path) !== null)?.path ?? '';
}

/** Another plugin that is loaded first; a copy of the image that is proven; else what lies in its place; else where it comes from. */
const adviseOnMissingLibrary: Adviser = (finding, facts) => {
  if (facts.elf !== null && otherElfSystem(facts.elf) !== null) return adviseOnForeign(facts.at, facts);
  const plugin = adviseOnNeededPlugin(finding.subject, facts);
  const stray = adviseOnStray(finding.subject, facts).filter(({ proven }) => proven);
  const there = [
    ...plugin,
    ...stray.filter(({ command }) => !plugin.some((each) => each.command === command)),
  ];
  return there.length > 0 ? there : byFormat(foreignPlace, adviseOnLibrary)(finding, facts);
};

const replaceLibrary = 'Replace the file by a library for this platform, or remove it from the search path.';

/** What a file has to become that is refused for how it was linked, by the loader's reason (G13). */
const replacements: readonly (readonly [reason: RegExp, action: string])[] = [
  [/position-independent executable|dynamically load executable/, 'It is a program: link it with -shared.'],
  [/cannot be dlopen\(\)ed/, 'Link it without -z nodlopen, or have the program need it from the start.'],
];

const buildForBaseline = always(remedy('Build for the baseline of the processor.', '-march=x86-64'));

/** Nothing loads a shared object: it is for another machine, or for another libc. */
const adviseOnNoLoader: Adviser = (finding, facts) =>
  facts.elf !== null && acceptance(facts.elf, facts.container.platform) === 'refused'
    ? adviseOnArchitecture(finding, facts)
    : otherLibc(familyOfBuild(facts.elf), facts);

/** Advice of one rule each; a rule that is not here has a cause that its message names and that has no common cure. */
const advisers: Readonly<Partial<Record<RuleId, Adviser>>> = {
  'command-missing': always(remedy('Name the program in the Dockerfile.', 'ENTRYPOINT ["/PROGRAM"]')),
  'user-unknown': adviseOnUser,
  'entrypoint-missing': byFormat(subjectOf, adviseOnMissingProgram),
  'is-directory': adviseOnFolder,
  'caller-unusable': adviseOnCallerUnusable,
  'caller-refuses': adviseOnCallerRefuses,
  'static-caller': always(remedy('Link the program that loads it dynamically.')),
  'not-executable': byFormat(subjectOf, adviseOnPermission),
  'file-capabilities': (_finding, { path }) => [
    remedy('Remove the file capabilities.', `setcap -r ${nameOf(path)}`),
    remedy('Or give the container what they ask for.', 'docker run --cap-add …'),
  ],
  'arguments-too-long': always(
    remedy('Hand long values over in a file, or on standard input.'),
    remedy(
      'Or allow the container a larger stack: a quarter of it may be arguments and environment, up to 6 MiB.',
      'docker run --ulimit stack=33554432 …',
    ),
  ),
  'file-capabilities-note': (_finding, { path }) => [
    remedy('Remove the file capabilities if nothing needs them.', `setcap -r ${nameOf(path)}`),
    remedy('Or set them without the effective bit: the program then raises them itself.'),
  ],
  'healthcheck-fails': ({ subject }) => [
    remedy(
      subject.includes('/')
        ? `Correct the path in HEALTHCHECK, or make ${subject} start in the image.`
        : `Install ${subject} in the image, or write HEALTHCHECK with a program that the image has.`,
    ),
  ],
  'image-platform': adviseOnImagePlatform,
  'image-platform-note': adviseOnImagePlatform,
  'other-platform': adviseOnOtherPlatform,
  'arch-mismatch': adviseOnArchitecture,
  'build-missing': adviseOnMissingBuild,
  'crash-at-start': (_finding, facts) =>
    facts.elf !== null && otherElfSystem(facts.elf) !== null ? [buildForPlatform(facts)] : [],
  'exec-format': byFormat(subjectOf, ({ subject }, facts) => adviseOnText(subject, facts)),
  'script-crlf': adviseOnCrlf,
  'script-interpreter': adviseOnScriptInterpreter,
  'script-command-missing': adviseOnScriptCommand,
  'script-option': adviseOnScriptOption,
  'script-unreadable': adviseOnUnreadableScript,
  'script-ends': adviseOnEndedScript,
  'interpreter-missing': adviseOnInterpreter,
  'interpreter-unusable': adviseOnInterpreter,
  'no-loader': byFormat(subjectOf, adviseOnNoLoader),
  'truncated-file': always(remedy('Build, download or copy the file again: it is incomplete.')),
  'foreign-libc': adviseOnForeignLibc,
  'library-missing': adviseOnMissingLibrary,
  'library-unreadable': adviseOnUnreadableLibrary,
  'library-rejected': byFormat(
    ({ where: [path = ''] }) => path,
    ({ found }) => [remedy(replacements.find(([reason]) => reason.test(found))?.[1] ?? replaceLibrary)],
  ),
  'preload-ignored': adviseOnPreload,
  'tunables-ignored': always(
    remedy('Write pairs NAME=VALUE with colons between them, and no colon at the end.'),
  ),
  'version-missing': adviseOnVersion,
  'weak-version-missing': adviseOnVersion,
  'version-table-missing': always(
    remedy('Use the build of the library that the program was linked with: this one has no versions.'),
  ),
  'verneed-unloaded': always(
    remedy(
      'Restore the entry that was removed from the needed libraries.',
      'patchelf --add-needed SONAME FILE',
    ),
  ),
  'isa-level': buildForBaseline,
  'isa-level-note': buildForBaseline,
  'executable-stack': ({ subject }, facts) => [
    remedy('Link it without an executable stack.', '-Wl,-z,noexecstack', rebuilt(facts, 'options')),
    remedy(
      'Or clear the mark in the file, if nothing in it runs code on the stack.',
      `patchelf --clear-execstack ${nameOf(subject)}`,
    ),
    ...moveToBase('glibc', facts),
    remedy(
      'Or have glibc make the stack executable at start (2.42 and later, and 2.41 of Debian 13).',
      'ENV GLIBC_TUNABLES=glibc.rtld.execstack=2',
    ),
  ],
  'kernel-too-old': ({ expected }) => [
    remedy(`Run the container on a host that has ${expected}.`),
    remedy('Or use an image whose glibc was built for older kernels.'),
  ],
  'static-tls': adviseOnStaticTls,
  'symbol-missing': adviseOnSymbol,
  'symbol-missing-lazy': adviseOnSymbol,
  'host-symbols': adviseOnHostSymbols,
  'loader-libc-mismatch': adviseOnTwoGlibcs,
  'mixed-glibc': adviseOnTwoGlibcs,
  'relocation-unsupported': (_finding, facts) =>
    facts.trace.loader?.family === 'musl' ? otherLibc('glibc', facts) : [],
  'relr-unsupported': always(
    remedy('Link without packed relative relocations.', '-Wl,-z,nopack-relative-relocs'),
    remedy('Or use a newer release of the image.'),
  ),
  'textrel-unsupported': (_finding, facts) => [
    remedy('Compile all of it as position-independent code.', '-fPIC'),
    buildStatically(facts),
  ],
  'copy-size-differs': always(remedy('Build against the library that the image has.')),
  'glibc-under-musl': (_finding, facts) => otherLibc('glibc', facts),
  'static-glibc-services': (_finding, facts) => [buildStatically(facts)],
  'packed-binary': (_finding, { path }) => [
    remedy('Check the program before it is packed.', `upx -d ${nameOf(path)}`),
  ],
};

const isAdvised = (rule: string): rule is RuleId => Object.hasOwn(advisers, rule);

/** The first remedy is an alternative to none. */
const standingFirst = (first: Remedy): Remedy => ({
  ...first,
  action: first.action.replace(/^(?:Or|And) (.)/, (_joined, letter: string) => letter.toUpperCase()),
});

/** What to do about a finding, best first; nothing where only its cause can be named. */
export function adviseOn(finding: Advised, facts: AdviceFacts): readonly Remedy[] {
  if (!isAdvised(finding.rule)) return [];
  const [first, ...others] = advisers[finding.rule]?.(finding, facts) ?? [];
  return first === undefined ? [] : [standingFirst(first), ...others];
}
