import type { Container } from '../../container/container.ts';
import { runningCredentials } from '../../container/process-start.ts';
import { mounted } from './mounted-paths.ts';
import type { Shell } from './shells.ts';
import { unknownWord } from './unknown-word.ts';

/** Letters of a shell that take no value. */
export const shellFlags = /^-[eufvx]+$/;

/** A file that a shell is to read and that is missing, with the shell's message. */
export interface MissingOperand {
  readonly file: string;
  readonly said: string;
  readonly exitStatus: number;
}

function missing(shell: Shell, argv0: string, file: string): MissingOperand {
  switch (shell) {
    case 'dash':
      return { file, said: `${argv0}: 0: cannot open ${file}: No such file`, exitStatus: 2 };
    case 'busybox':
      return { file, said: `${argv0}: can't open '${file}': No such file or directory`, exitStatus: 2 };
    case 'bash':
      return { file, said: `${argv0}: ${file}: No such file or directory`, exitStatus: 127 };
  }
}

/** Bash looks for a name without a slash in PATH as well. */
function places(shell: Shell, file: string, { start }: Container): readonly string[] {
  if (shell !== 'bash' || file.includes('/')) return [file];
  const folders = (start.env.get('PATH') ?? '').split(':').map((folder) => folder || '.');
  return [file, ...folders.map((folder) => `${folder}/${file}`)];
}

/** The file that the words behind a shell name first (`sh FILE`), where it is not there (K70, K3). Null for all else. */
export function missingOperand(
  container: Container,
  shell: Shell,
  [argv0 = '', ...words]: readonly string[],
): MissingOperand | null {
  const file = words.find((word) => !shellFlags.test(word));
  if (file === undefined || /^[-+]|^$/.test(file) || file.includes(unknownWord) || mounted.test(file))
    return null;
  const { rootfs, start } = container;
  const isThere = places(shell, file, container).some((path) => {
    const found = rootfs.lookup(path, { cwd: start.cwd, credentials: runningCredentials(start) });
    return found.ok || found.errno !== 'ENOENT';
  });
  return isThere ? null : missing(shell, argv0, file);
}
