import { familyOfSoname } from '../elf/libc-names.ts';
import {
  type AdviceFacts,
  type Adviser,
  libraryAtFault,
  nameOf,
  problemsIn,
  remedy,
} from './binary-facts.ts';
import { otherLibc } from './interpreter-advice.ts';
import { adviseOnLibrary } from './library-advice.ts';
import { adviseOnSibling } from './plugin-advice.ts';

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

/** musl binds every symbol at start, so the first one that it does not have ends the start (M31, M50). */
function adviseUnderMusl(): ReturnType<Adviser> {
  return [
    remedy(
      'Build it in an Alpine image: objects that were compiled with the headers of glibc ask for functions that musl does not have.',
      'FROM alpine AS build\nRUN apk add build-base',
    ),
    remedy('Or use a newer release of the image, whose musl may have them.'),
  ];
}

/** Remedies for symbols that no loaded library defines. */
export const adviseOnSymbol: Adviser = (finding, facts) => {
  const isMusl = facts.trace.loader?.family === 'musl';
  if (isMusl && isGlibcBuild(facts)) return otherLibc('glibc', facts);
  const sibling = adviseOnSibling(finding.where[0], facts);
  if (sibling.length > 0) return sibling;
  const missing = missingFirst(facts);
  if (missing.length > 0) return missing;
  if (isMusl) return adviseUnderMusl();
  const library = libraryAtFault(finding.where[0], facts);
  const who = library === null ? 'the program' : nameOf(library);
  return [
    remedy(
      `Use the libraries that ${who} was linked with, or build ${who} in the image that it runs in: the copy that is found lacks these symbols.`,
    ),
  ];
};

const callers: readonly (readonly [RegExp, string])[] = [
  [/^_?Py/, '/usr/local/bin/python3'],
  [/^(rb|ruby)_/, '/usr/local/bin/ruby'],
  [/^(zend|php)_/, '/usr/local/bin/php'],
  [/^(Perl|PL)_/, '/usr/bin/perl'],
  [/^(JNI|JVM)_/, '/opt/java/openjdk/bin/java'],
];

/** The program that loads such plugins, where the official images have it. */
export const adviseOnHostSymbols: Adviser = ({ subject }) => {
  const caller = callers.find(([symbol]) => symbol.test(subject))?.[1] ?? '/usr/local/bin/node';
  return [remedy('Name the program of the image that loads it.', `--loaded-by ${caller}`)];
};
