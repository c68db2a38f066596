import { posix } from 'node:path';
import { engineMountOf } from '../container/engine-mounts.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, type Adviser, nameOf, remedy } from './binary-facts.ts';
import { packageManagerOf } from './package-manager.ts';

/** The words of a shell form that a program could be given without a shell; null where they need one. */
function wordsWithoutShell(text: string): readonly string[] | null {
  return /[^\w\s@%+=:,./-]|^\s*\w+=/.test(text) ? null : text.trim().split(/\s+/);
}

const shellPath = /^(?:\/bin\/)?sh$/;

/** What a shell form starts, in the exec form; null where the command is no shell form. */
function execForm({ argv }: Pick<AdviceFacts, 'argv'>): Remedy | null {
  const [shell, option, text] = argv ?? [];
  if (!shellPath.test(shell ?? '') || option !== '-c' || text == null) return null;
  const words = wordsWithoutShell(text);
  const action =
    'Use the exec form in the Dockerfile: the shell form runs /bin/sh, which the image does not have.';
  return remedy(action, words === null ? null : `ENTRYPOINT ${JSON.stringify(words)}`);
}

const placeWords = ({ file, line }: { file: string; line: number }): string => `${file}, line ${line}`;

/** Endings that the name of a script has in one place and lacks in another. */
const withoutEnding = (name: string): string => name.toLowerCase().replace(/\.(?:sh|py|js|bin|out)$/, '');

/** A program in the same folder whose name differs in the case of letters, or by an ending; null when there is none. */
function namedAlike(path: string, { rootfs }: AdviceFacts): string | null {
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  const programs = rootfs
    .list(folder)
    .filter(({ inode }) => inode.type !== 'directory')
    .map((entry) => entry.name);
  const alike =
    programs.find((each) => each.toLowerCase() === name.toLowerCase()) ??
    programs.find((each) => withoutEnding(each) === withoutEnding(name));
  return alike === undefined ? null : posix.join(folder, alike);
}

export const adviseOnMissingProgram: Adviser = ({ where: [path = ''] }, facts) => {
  if (engineMountOf(path) !== null) {
    const to = `/usr/local/bin/${nameOf(path)}`;
    return [remedy('Copy it to a folder that nothing is mounted over.', `COPY ${nameOf(path)} ${to}`)];
  }
  if (facts.argv === null)
    return [remedy('Say where the Dockerfile puts the program.', '--at /usr/local/bin/')];
  const [command] = facts.argv;
  const found = ['/usr/local/bin', '/usr/bin', '/bin', '/app', ''].flatMap((folder) => {
    const path = `${folder}/${nameOf(command ?? '')}`;
    const at = facts.rootfs.lookup(path);
    return at.ok && at.inode.type === 'file' && (at.inode.mode & 0o111) !== 0 ? [path] : [];
  });
  const alike = path.startsWith('/') ? namedAlike(path, facts) : null;
  const elsewhere = alike ?? found[0];
  const shell = execForm(facts);
  if (shell !== null) return [shell];
  const { executedAt } = facts;
  if (elsewhere !== undefined)
    return [
      executedAt === null
        ? remedy(`The image has it at ${elsewhere}: name that path.`, `ENTRYPOINT ["${elsewhere}"]`)
        : remedy(`The image has it at ${elsewhere}: name that path in ${placeWords(executedAt)}.`),
    ];
  const place = executedAt === null ? 'ENTRYPOINT or CMD' : placeWords(executedAt);
  return [remedy(`Copy ${nameOf(command ?? '')} into the image, or correct its name in ${place}.`)];
};

/** Makes the user with the program that the image has for it. */
export const adviseOnUser: Adviser = ({ subject }, facts) => {
  const [user = subject] = subject.split(':');
  const manager = packageManagerOf(facts.rootfs);
  const make =
    manager === null
      ? remedy('Use a number, which needs no entry in /etc/passwd.', 'USER 65532:65532')
      : remedy(
          'Create the user in the image.',
          manager === 'apk' ? `RUN adduser -D ${user}` : `RUN useradd --system ${user}`,
        );
  return manager === null ? [make] : [make, remedy('Or use a number, which needs no entry.', 'USER 65532')];
};
