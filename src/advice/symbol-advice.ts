import { familyOfSoname } from '../elf/libc-names.ts';
import { type CallerKind, knownCallers, pluginKind } from '../loader/callers/known-callers.ts';
import { firstMuslWith } from '../rules/musl-symbols.ts';
import { isOfGlibcAlone } from '../rules/symbol-causes.ts';
import { elfOfObject, type OwnedSymbols, ownersOf } from '../rules/symbol-owner.ts';
import { moveToBase } from './base-move.ts';
import {
  type AdviceFacts,
  type Advised,
  type Adviser,
  libraryAtFault,
  nameOf,
  problemsIn,
  remedy,
  toolchainOf,
} from './binary-facts.ts';
import { otherLibc } from './interpreter-advice.ts';
import { adviseOnLibrary } from './library-advice.ts';
import { adviseOnOwner, preloadSibling } from './owner-advice.ts';
import { adviseOnSibling } from './plugin-advice.ts';
import { buildForLibc, rebuilt } from './rebuild.ts';

/** Remedies of the libraries that are missing, for symbols that may be theirs. */
function missingFirst(facts: AdviceFacts): ReturnType<Adviser> {
  const [missing] = problemsIn(facts, 'library-missing');
  if (missing === undefined) return [];
  const finding = {
    rule: 'library-missing',
    severity: 'error',
    confidence: 'exact',
    subject: missing.soname,
    expected: '',
    found: '',
    where: [],
    message: '',
    seen: null,
    exitStatus: null,
  } as const;
  return adviseOnLibrary(finding, facts);
}

const isGlibcBuild = ({ elf }: AdviceFacts): boolean =>
  elf?.dynamic?.needed.some((name) => familyOfSoname(name) === 'glibc') ?? false;

/** An image of the same release of Alpine as the present one, for a build stage. */
function builderOf({ distro }: AdviceFacts): string {
  const release = distro.id === 'alpine' ? /^\d+\.\d+/.exec(distro.versionId ?? '')?.[0] : undefined;
  return release === undefined ? 'alpine' : `alpine:${release}`;
}

/** <execinfo.h> of the BSDs and glibc. */
const ofExecinfo = /^backtrace(_symbols(_fd|_fmt)?)?$/;

/** Alpine had these functions in a library of its own up to 3.16; since 3.17 it has no package of it. */
function adviseOnExecinfo(who: string, facts: AdviceFacts): ReturnType<Adviser> {
  const release =
    facts.distro.id === 'alpine' ? Number(/^3\.(\d+)/.exec(facts.distro.versionId ?? '')?.[1]) : 99;
  const build = remedy(
    `${release < 17 ? 'Or build' : 'Build'} ${who} without backtraces, or with libexecinfo linked in: musl has no execinfo.h, and Alpine has no libexecinfo since 3.17.`,
    null,
    rebuilt(facts, 'options'),
  );
  if (!(release < 17)) return [build, ...moveToBase('glibc', facts).filter(({ proven }) => proven)];
  return [
    remedy(
      `Install the package libexecinfo and load it first: ${who} was linked without it.`,
      'RUN apk add --no-cache libexecinfo\nENV LD_PRELOAD=libexecinfo.so.1',
    ),
    build,
  ];
}

/** musl binds every symbol at start, so the first one that it does not have ends the start (M31, M50). */
function adviseUnderMusl(names: readonly string[], who: string, facts: AdviceFacts): ReturnType<Adviser> {
  const newer = moveToBase('musl', facts);
  if (names.every((name) => firstMuslWith(name) !== null)) return newer;
  if (names.every((name) => ofExecinfo.test(name))) return adviseOnExecinfo(who, facts);
  const build = remedy(
    `Build ${who} in an image of the same release of Alpine, with its compiler and headers.`,
    `FROM ${builderOf(facts)} AS build\nRUN apk add build-base`,
    rebuilt(facts, 'musl'),
  );
  if (names.some(isOfGlibcAlone)) {
    const installed = ['node-addon', 'python-extension'].includes(toolchainOf(facts));
    const inside = installed ? buildForLibc(facts, 'musl') : null;
    return [
      build,
      ...(inside === null ? [] : [inside]),
      ...moveToBase('glibc', facts).filter(({ proven }) => proven),
    ];
  }
  return [build, ...newer.filter(({ proven }) => proven)];
}

/** The names of the finding's symbols: those of its object that are missing and no missing library explains. */
const namesOf = ({ where: [path] }: Advised, facts: AdviceFacts): readonly string[] => [
  ...new Set(
    problemsIn(facts, 'symbol-missing').flatMap(({ name, neededBy, fromCaller }) =>
      neededBy === path && !fromCaller ? [name] : [],
    ),
  ),
];

function ownersIn(finding: Advised, names: readonly string[], facts: AdviceFacts): readonly OwnedSymbols[] {
  const { trace, at, elf } = facts;
  return ownersOf(names, elfOfObject(finding.where[0] ?? at, { trace, binary: { at, elf } }), trace);
}

/** Entry points of libm that compilers called with -ffast-math up to glibc 2.30; from 2.31 on no program can bind to them anew. */
const ofFastMath = /^__\w+_finite$/;

/** The missing symbols are those that glibc took out with `bits/math-finite.h`: only another build does without them. */
function adviseOnFastMath(names: readonly string[], who: string, facts: AdviceFacts): ReturnType<Adviser> {
  if (names.length === 0 || !names.every((name) => ofFastMath.test(name))) return [];
  return [
    remedy(
      `glibc dropped these fast-math entry points in 2.31: build ${who} again, with the headers of glibc 2.31 or newer or without -ffast-math.`,
      '-fno-finite-math-only',
      rebuilt(facts, 'options'),
    ),
  ];
}

/** Remedies for symbols that no loaded library defines, by whose they are. */
export const adviseOnSymbol: Adviser = (finding, facts) => {
  const isMusl = facts.trace.loader?.family === 'musl';
  if (isMusl && isGlibcBuild(facts)) return otherLibc('glibc', facts);
  const plugin = adviseOnSibling(finding.where[0], facts);
  if (plugin.length > 0) return plugin;
  const missing = missingFirst(facts);
  if (missing.length > 0) return missing;
  const names = namesOf(finding, facts);
  const owned = ownersIn(finding, names, facts).flatMap((one) => adviseOnOwner(one, finding, facts));
  if (owned.length > 0) return owned;
  const library = libraryAtFault(finding.where[0], facts);
  const who = library === null ? nameOf(facts.path) || 'the program' : nameOf(library);
  const fastMath = adviseOnFastMath(names, who, facts);
  if (fastMath.length > 0) return fastMath;
  const preloaded = preloadSibling(names, finding, facts);
  if (preloaded.length > 0) return preloaded;
  if (isMusl) return adviseUnderMusl(names, who, facts);
  return [
    remedy(
      `Use the libraries that ${who} was linked with, or build ${who} in the image in which it runs: the copy that is found lacks these symbols.`,
    ),
  ];
};

/** Where the official images have the program that loads such plugins. */
const callers: Partial<Readonly<Record<CallerKind['id'], string>>> = {
  python: '/usr/local/bin/python3',
  ruby: '/usr/local/bin/ruby',
  php: '/usr/local/bin/php',
  perl: '/usr/bin/perl',
  java: '/opt/java/openjdk/bin/java',
  node: '/usr/local/bin/node',
  nginx: '/usr/sbin/nginx',
  apache: '/usr/local/apache2/bin/httpd',
  lua: '/usr/bin/lua5.4',
};

/** The program that loads such plugins, by what the plugin is, else by whose symbols they are. */
export const adviseOnHostSymbols: Adviser = ({ subject }, { at, elf }) => {
  const kind = pluginKind(at, elf) ?? knownCallers.find(({ symbols }) => symbols?.test(subject));
  const caller = kind == null ? undefined : callers[kind.id];
  return [remedy('Name the program of the image that loads it.', `--loaded-by ${caller ?? 'PROGRAM'}`)];
};
