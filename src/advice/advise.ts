import type { Remedy } from '../rules/finding.ts';
import type { RuleId } from '../rules/index.ts';
import { type AdviceFacts, type Advised, type Adviser, nameOf, remedy } from './binary-facts.ts';
import { adviseOnInterpreter, otherLibc } from './interpreter-advice.ts';
import { adviseOnLibrary } from './library-advice.ts';
import { buildStatically } from './rebuild.ts';
import {
  adviseOnArchitecture,
  adviseOnCrlf,
  adviseOnMissingProgram,
  adviseOnPermission,
  adviseOnScriptCommand,
  adviseOnScriptInterpreter,
  adviseOnScriptOption,
  adviseOnUser,
} from './start-advice.ts';
import { adviseOnHostSymbols, adviseOnSymbol } from './symbol-advice.ts';
import { adviseOnVersion } from './version-advice.ts';

const always =
  (...remedies: readonly Remedy[]): Adviser =>
  () =>
    remedies;

const buildForBaseline = always(remedy('Build for the baseline of the processor.', '-march=x86-64'));

/** Advice of one rule each; a rule that is not here has a cause that its message names and that has no common cure. */
const advisers: Readonly<Partial<Record<RuleId, Adviser>>> = {
  'command-missing': always(remedy('Name the program in the Dockerfile.', 'ENTRYPOINT ["/PROGRAM"]')),
  'user-unknown': adviseOnUser,
  'entrypoint-missing': adviseOnMissingProgram,
  'is-directory': always(
    remedy('Name the program in the folder; with a slash at its end, --at is the folder.', '--at /app/'),
  ),
  'not-executable': adviseOnPermission,
  'file-capabilities': (_finding, { path }) => [
    remedy('Remove the file capabilities.', `setcap -r ${nameOf(path)}`),
    remedy('Or give the container what they ask for.', 'docker run --cap-add …'),
  ],
  'arch-mismatch': adviseOnArchitecture,
  'script-crlf': adviseOnCrlf,
  'script-interpreter': adviseOnScriptInterpreter,
  'script-command-missing': adviseOnScriptCommand,
  'script-option': adviseOnScriptOption,
  'interpreter-missing': adviseOnInterpreter,
  'interpreter-unusable': adviseOnInterpreter,
  'no-loader': (_finding, facts) => otherLibc(null, facts),
  'truncated-file': always(remedy('Build, download or copy the file again: it is incomplete.')),
  'library-missing': adviseOnLibrary,
  'library-rejected': always(
    remedy('Replace the file by a library for this platform, or remove it from the search path.'),
  ),
  'preload-ignored': always(remedy('Correct the name, or remove it from the image.')),
  'version-missing': adviseOnVersion,
  'weak-version-missing': adviseOnVersion,
  'version-table-missing': always(
    remedy('Use the build of the library that the program was linked with: this one has no versions.'),
  ),
  'verneed-unloaded': always(
    remedy('Put back what was removed from the needed libraries.', 'patchelf --add-needed SONAME FILE'),
  ),
  'isa-level': buildForBaseline,
  'isa-level-note': buildForBaseline,
  'executable-stack': always(
    remedy('Link it without an executable stack.', '-Wl,-z,noexecstack'),
    remedy(
      'Or clear the mark in the file, if nothing in it runs code on the stack.',
      'patchelf --clear-execstack FILE',
    ),
  ),
  'symbol-missing': adviseOnSymbol,
  'symbol-missing-lazy': adviseOnSymbol,
  'host-symbols': adviseOnHostSymbols,
  'loader-libc-mismatch': always(
    remedy('Take the loader and all libraries of glibc from one image; never copy libc.so.6 alone.'),
  ),
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

/** What to do about a finding, best first; nothing where only its cause can be named. */
export function adviseOn(finding: Advised, facts: AdviceFacts): readonly Remedy[] {
  return isAdvised(finding.rule) ? (advisers[finding.rule]?.(finding, facts) ?? []) : [];
}
