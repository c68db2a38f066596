import { engineMountOf } from '../container/engine-mounts.ts';
import { foreignAt } from '../container/foreign-at.ts';
import type { Denial, Rootfs } from '../rootfs/rootfs.ts';
import type { Cure, Remedy } from '../rules/finding.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { adviseOnText } from './foreign-advice.ts';
import { besideMounts } from './mount-advice.ts';
import { proved } from './proof.ts';

/** `RUN chmod` needs the two programs. */
const hasChmod = (rootfs: Rootfs): boolean =>
  rootfs.lookup('/bin/sh').ok && ['/bin/chmod', '/usr/bin/chmod'].some((path) => rootfs.lookup(path).ok);

const isFolder = ({ inode }: Denial): boolean => inode.type === 'directory';

/** What a Dockerfile lets all users do with a file: COPY and chmod have the same modes for it. */
interface Grant {
  readonly letters: string;
  readonly mode: string;
  readonly words: string;
}

const grants = {
  read: { letters: 'a+r', mode: '0644', words: 'read' },
  execute: { letters: 'a+rx', mode: '0755', words: 'execute' },
} as const satisfies Readonly<Record<string, Grant>>;

/** One line that opens every folder on the way and the file. */
function chmodLine(denials: readonly Denial[], { letters }: Grant): string {
  const folders = denials.filter(isFolder).map(({ path }) => path);
  const files = denials.filter((denial) => !isFolder(denial)).map(({ path }) => path);
  const parts = [
    ...(folders.length === 0 ? [] : [`chmod a+x ${folders.join(' ')}`]),
    ...(files.length === 0 ? [] : [`chmod ${letters} ${files.join(' ')}`]),
  ];
  return `RUN ${parts.join(' && ')}`;
}

/** What the line does, as a program carries it out. */
function chmodCure(denials: readonly Denial[], grant: Grant): Cure {
  const [denial, ...others] = denials;
  if (denial === undefined || others.length > 0) {
    return { kind: 'run', command: chmodLine(denials, grant).replace(/^RUN /, '') };
  }
  return { kind: 'chmod', path: denial.path, mode: isFolder(denial) ? 'a+x' : grant.letters };
}

/** A copy of the file itself with the mode; null where a folder is in the way, whose mode COPY does not set. */
function copyLine(denials: readonly Denial[], { mode }: Grant): string | null {
  const [denial, ...others] = denials;
  if (denial === undefined || others.length > 0 || isFolder(denial)) return null;
  return `COPY --chmod=${mode} ${nameOf(denial.path)} ${denial.path}`;
}

/** A home that only its owner may enter: what other users need is better somewhere else. */
function elsewhere(denials: readonly Denial[], path: string): Remedy | null {
  const home = denials.find((denial) => isFolder(denial) && /^\/(root|home\/[^/]+)$/.test(denial.path));
  if (home === undefined) return null;
  return /\/(python|pypy)[\d.]*$/.test(path)
    ? remedy(
        `Or keep Python outside of ${home.path}; with uv, set this before it installs Python.`,
        'ENV UV_PYTHON_INSTALL_DIR=/opt/python',
      )
    : remedy(`Or keep the file outside of ${home.path}, where every user may go.`);
}

/** The same remedy without the `Or` that joins it to others. */
const alone = (joined: Remedy): Remedy => ({
  ...joined,
  action: joined.action.replace(/^Or (.)/, (_or, first: string) => first.toUpperCase()),
});

const withProof = (offered: Remedy, facts: AdviceFacts): Remedy => proved(offered, facts) ?? offered;

/** Remedies for what the user of the container may not enter, read or execute; `path` is the file that is wanted. */
export function openUp(
  denials: readonly Denial[],
  permission: keyof typeof grants,
  path: string,
  facts: AdviceFacts,
): readonly Remedy[] {
  const grant = grants[permission];
  const copy = copyLine(denials, grant);
  const isOwn = denials.length === 1 && denials[0]?.path === facts.at;
  const cure = chmodCure(denials, grant);
  const copied =
    copy === null ? [] : [withProof(remedy('Set the mode when the file is copied in.', copy, cure), facts)];
  const enter = denials.some(isFolder) ? 'enter the folders and ' : '';
  const changed = hasChmod(facts.rootfs)
    ? [
        withProof(
          remedy(
            `Let every user ${enter}${grant.words} the file; in a Dockerfile, before USER.`,
            chmodLine(denials, grant),
            cure,
          ),
          facts,
        ),
      ]
    : [];
  const other = elsewhere(denials, path);
  const first = isOwn ? [...copied, ...changed] : [...changed, ...copied];
  if (first.length === 0)
    return [other === null ? remedy('Copy the file into a folder that every user may enter.') : alone(other)];
  return [...first, ...(other === null ? [] : [other])];
}

export const adviseOnPermission: Adviser = ({ subject }, facts) => {
  if (engineMountOf(subject) !== null) return [besideMounts(subject)];
  // The kernel executes neither with any mode.
  const foreign = foreignAt(facts.rootfs, subject)?.kind;
  if (foreign === 'data') return [];
  if (foreign === 'text' || foreign === 'word') return adviseOnText(subject, facts);
  const [problem] = problemsIn(facts, 'entrypoint-unusable');
  const denials = problem?.denials ?? [];
  if (denials.length > 0) return openUp(denials, 'execute', facts.at, facts);
  return [
    remedy(
      'Make it executable when it is copied.',
      `COPY --chmod=0755 ${nameOf(facts.path) || nameOf(subject)} …`,
      { kind: 'chmod', path: facts.at, mode: '0755' },
    ),
  ];
};

export const adviseOnUnreadableScript: Adviser = (_finding, facts) => {
  const [problem] = problemsIn(facts, 'script-unreadable');
  return problem === undefined ? [] : openUp(problem.denials, 'execute', problem.script, facts);
};

export const adviseOnUnreadableLibrary: Adviser = ({ subject }, facts) => {
  const missing = problemsIn(facts, 'library-missing').find(({ soname }) => soname === subject);
  const [file] = missing?.unreadable ?? [];
  return file === undefined ? [] : openUp(file.denials, 'read', file.path, facts);
};

export const adviseOnPreload: Adviser = ({ subject }, facts) => {
  const ignored = problemsIn(facts, 'preload-ignored').find(({ name }) => name === subject);
  const [file] = ignored?.unreadable ?? [];
  return file === undefined
    ? [remedy('Correct the name, or remove it from the image.')]
    : openUp(file.denials, 'read', file.path, facts);
};
