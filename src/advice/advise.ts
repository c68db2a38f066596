import type { ProblemOf } from '../loader/load-trace.ts';
import type { Finding, Remedy } from '../rules/finding.ts';
import { familyOfInterp } from '../rules/libc-words.ts';
import type { AdviceFacts } from './binary-facts.ts';
import { packageFor } from './packages.ts';
import { buildAgainstOlderLibc, buildForPlatform, buildStatically } from './rebuild.ts';

type Advised = Omit<Finding, 'remedies'>;
type Adviser = (finding: Advised, facts: AdviceFacts) => readonly Remedy[];

const remedy = (action: string, command: string | null = null): Remedy => ({ action, command });

/** An image of the same libc as the program wants. */
function otherImage(family: string | null): Remedy[] {
  if (family === 'glibc') {
    return [remedy('Or use an image with glibc.', 'FROM debian:12-slim')];
  }
  return family === 'musl' ? [remedy('Or use an image with musl.', 'FROM alpine')] : [];
}

const adviseOnInterpreter: Adviser = (finding, facts) => {
  const family = familyOfInterp(finding.subject);
  if (finding.subject.startsWith('/nix/store/')) {
    return [
      remedy(
        'The loader is one of the build machine. Give the program a loader of the image.',
        'patchelf --set-interpreter /lib64/ld-linux-x86-64.so.2 PROGRAM',
      ),
    ];
  }
  return [buildStatically(facts), ...otherImage(family)];
};

const adviseOnLibrary: Adviser = (finding, facts) => {
  const known = packageFor(finding.subject, facts.distro.id);
  if (known !== null) return [remedy(`Install the package ${known.name}.`, known.command)];
  const wantsOther = finding.subject.startsWith('libc.musl-')
    ? 'musl'
    : finding.subject.startsWith('ld-linux')
      ? 'glibc'
      : null;
  if (wantsOther !== null) return [buildStatically(facts), ...otherImage(wantsOther)];
  return [
    remedy(
      `Copy ${finding.subject} into the image, into a folder where the loader looks (${lookedIn(finding, facts)}), or link it statically.`,
      null,
    ),
  ];
};

function lookedIn(finding: Advised, facts: AdviceFacts): string {
  const missing = facts.trace.problems.find(
    (problem): problem is ProblemOf<'library-missing'> =>
      problem.kind === 'library-missing' && problem.soname === finding.subject,
  );
  const folders = missing?.trail.map(({ path }) => path.slice(0, Math.max(path.lastIndexOf('/'), 1))) ?? [];
  return [...new Set(folders)].slice(0, 4).join(', ') || 'such as /usr/lib';
}

const adviseOnVersion: Adviser = (finding, facts) => {
  const isGlibc = finding.subject.startsWith('GLIBC_');
  if (!isGlibc) {
    return [
      remedy(
        `Use an image whose ${finding.where[0] ?? 'library'} is newer, or build in the image that it runs in.`,
      ),
    ];
  }
  const release = facts.trace.loader?.version ?? null;
  const rebuild = buildAgainstOlderLibc(facts, release);
  const statically = buildStatically(facts);
  return [
    rebuild,
    ...(statically.command === rebuild.command ? [] : [statically]),
    remedy('Or use a newer release of the image.'),
  ];
};

const advisers: Readonly<Record<string, Adviser>> = {
  'interpreter-missing': adviseOnInterpreter,
  'library-missing': adviseOnLibrary,
  'version-missing': adviseOnVersion,
  'no-loader': (_finding, facts) => [buildStatically(facts)],
  'arch-mismatch': (_finding, facts) => [
    buildForPlatform(facts),
    remedy('Or use an image of the platform that the program is for.', 'docker pull --platform …'),
  ],
  'not-executable': () => [remedy('Make it executable before it is copied.', 'chmod +x …')],
  'script-crlf': () => [remedy('Save the script with Unix line endings.', "sed -i 's/\\r$//' SCRIPT")],
  'script-interpreter': (finding, facts) => {
    const name = finding.subject.slice(finding.subject.lastIndexOf('/') + 1);
    const known = packageFor(name, facts.distro.id);
    if (known !== null) return [remedy(`Install ${known.name}.`, known.command)];
    return [remedy(`Install ${name}, or name an interpreter that the image has, such as /bin/sh.`)];
  },
  'script-command-missing': (finding, facts) => {
    const known = packageFor(finding.subject, facts.distro.id);
    return known === null
      ? [remedy(`Install ${finding.subject}, or put it into a folder of PATH.`)]
      : [remedy(`Install the package ${known.name}.`, known.command)];
  },
  'symbol-missing': (_finding, facts) =>
    facts.trace.loader?.family === 'musl'
      ? [buildStatically(facts), ...otherImage('glibc')]
      : [
          remedy(
            'Use libraries of the versions that the program was linked with, or build in the image that it runs in.',
          ),
        ],
  'relr-unsupported': () => [
    remedy('Link without packed relocations.', '-Wl,-z,nopack-relative-relocs'),
    remedy('Or use a newer release of the image.'),
  ],
  'isa-level': () => [remedy('Build for the baseline of the processor.', '-march=x86-64')],
  'truncated-file': () => [remedy('Build or download the file again: it is not whole.')],
  'user-unknown': (finding) => [remedy(`Make the user in the image.`, `RUN adduser ${finding.subject}`)],
  'packed-binary': () => [remedy('Check the program before it is packed.', 'upx -d PROGRAM')],
  'host-symbols': () => [
    remedy('Name the program of the image that loads it.', '--loaded-by /usr/local/bin/node'),
  ],
};

/** What to do about a finding, best first; nothing where only its cause can be named. */
export function adviseOn(finding: Advised, facts: AdviceFacts): readonly Remedy[] {
  return advisers[finding.rule]?.(finding, facts) ?? [];
}
