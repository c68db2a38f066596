import { posix } from 'node:path';
import { engineMountOf } from '../container/engine-mounts.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { besideMounts } from './mount-advice.ts';
import { packageManagerOf } from './package-manager.ts';
import { adviseToInstallCommand } from './script-advice.ts';
import { pathOfPackage } from './stray-commands.ts';

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

/** The program in one of the folders where images keep them; null where it is in none. */
function placeInImage(name: string, { rootfs }: AdviceFacts): string | null {
  const paths = ['/usr/local/bin', '/usr/bin', '/bin', '/app', ''].map((folder) => `${folder}/${name}`);
  const found = paths.find((path) => {
    const at = rootfs.lookup(path);
    return at.ok && at.inode.type === 'file' && (at.inode.mode & 0o111) !== 0;
  });
  return found ?? null;
}

/** `['/app', '--x']` is no JSON, so a shell got it; null where the command is no such list. */
function listInSingleQuotes({ argv, executedAt }: AdviceFacts): Remedy | null {
  const words = argv?.map((word) => word ?? '') ?? [];
  const list = /^\[(.+)\]$/.exec(words.join(' '))?.[1];
  if (list === undefined || executedAt !== null) return null;
  const form = JSON.stringify(list.split(/, ?/));
  return remedy('Put the words of the exec form into double quotes: it is JSON.', `ENTRYPOINT ${form}`);
}

/** One word of the exec form that only a shell would take apart or expand; null where it is none. */
function wordForShell({ argv, executedAt, rootfs }: AdviceFacts): Remedy | null {
  const [command, ...others] = argv ?? [];
  if (executedAt !== null || command == null) return null;
  const [first = '', ...rest] = command.split(' ');
  const isProgram = first.includes('/') ? rootfs.lookup(first).ok : /^[\w.+-]+$/.test(first);
  if (rest.length > 0 && isProgram && !command.includes('$')) {
    const words = JSON.stringify([first, ...rest.filter((word) => word !== ''), ...others]);
    return remedy(
      'Put each word into quotes of its own: the exec form takes no string apart.',
      `CMD ${words}`,
    );
  }
  if (!/^\$\{?\w/.test(command) || !rootfs.lookup('/bin/sh').ok) return null;
  return remedy(
    `Have a shell expand ${command}: the exec form leaves it as it is.`,
    `CMD ["/bin/sh", "-c", ${JSON.stringify(`exec ${command}`)}]`,
  );
}

/** Programs that packages put into /sbin, /usr/sbin or a folder of their own. */
const inSystemFolder = /^(?:tini|su-exec|gosu|nginx|runuser|ldconfig|setcap|ip|s6-setuidgid)$/;

/** The package that brings the program to where it is sought, and the shell that the image has in place of another. */
function installProgram(command: string, facts: AdviceFacts): readonly Remedy[] {
  const name = nameOf(command);
  const install = adviseToInstallCommand(name, facts);
  const path = pathOfPackage(name, facts.distro);
  const isThere = [path, `/usr${path}`, path.replace(/^\/usr/, '')].includes(command);
  const isSought = !command.includes('/') || (isThere && !inSystemFolder.test(name));
  const hasShell = /^(?:bash|zsh|dash|ash|ksh)$/.test(name) && facts.rootfs.lookup('/bin/sh').ok;
  const shell = hasShell ? [remedy('Or use the shell that the image has, /bin/sh.')] : [];
  return [...(install !== null && isSought ? [install] : []), ...shell];
}

/** Endings that the name of a script has in one place and lacks in another. */
const withoutEnding = (name: string): string => name.toLowerCase().replace(/\.(?:sh|py|js|bin|out)$/, '');

/** A program in the same folder whose name differs in the case of letters, or by an ending; null when there is none. */
function namedAlike(path: string, { rootfs }: AdviceFacts): string | null {
  if (!path.startsWith('/')) return null;
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
  if (engineMountOf(path) !== null) return [besideMounts(path)];
  if (facts.argv === null)
    return [remedy('Say where the Dockerfile puts the program.', '--at /usr/local/bin/')];
  const command = facts.argv[0] ?? '';
  const written = execForm(facts) ?? listInSingleQuotes(facts) ?? wordForShell(facts);
  if (written !== null) return [written];
  const { executedAt } = facts;
  const elsewhere = namedAlike(path, facts) ?? placeInImage(nameOf(command), facts);
  if (elsewhere !== null)
    return [
      executedAt === null
        ? remedy(`The image has it at ${elsewhere}: name that path.`, `ENTRYPOINT ["${elsewhere}"]`)
        : remedy(`The image has it at ${elsewhere}: name that path in ${placeWords(executedAt)}.`),
    ];
  const install = installProgram(command, facts);
  if (install.length > 0) return install;
  const place = executedAt === null ? 'ENTRYPOINT or CMD' : placeWords(executedAt);
  return [remedy(`Copy ${nameOf(command)} into the image, or correct its name in ${place}.`)];
};

/** A folder stands where the program should be. */
export const adviseOnFolder: Adviser = (_finding, { argv }) => [
  argv === null
    ? remedy('Name the program in the folder; with a slash at its end, --at is the folder.', '--at /app/')
    : remedy('Name the program in the folder.'),
];

/** Makes the user with the program that the image has for it. */
export const adviseOnUser: Adviser = ({ subject }, facts) => {
  const [user = subject] = subject.split(':');
  const manager = packageManagerOf(facts.rootfs);
  const group = problemsIn(facts, 'user-unknown')[0]?.group ?? null;
  if (group !== null && manager !== null)
    return [
      remedy(
        'Create the group in the image.',
        manager === 'apk' ? `RUN addgroup -S ${group}` : `RUN groupadd --system ${group}`,
      ),
      remedy('Or leave the group out.', `USER ${user}`),
    ];
  const make =
    manager === null
      ? remedy('Use a number, which needs no entry in /etc/passwd.', 'USER 65532:65532')
      : remedy(
          'Create the user in the image.',
          manager === 'apk' ? `RUN adduser -D ${user}` : `RUN useradd --system ${user}`,
        );
  return manager === null ? [make] : [make, remedy('Or use a number, which needs no entry.', 'USER 65532')];
};
