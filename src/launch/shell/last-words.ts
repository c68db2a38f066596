import type { Shell } from './shell.ts';

/**
 * A message of the shell as it is printed: `text` behind the script, the line and the builtin that says it; null for those of a
 * file that the script reads, which each shell words in another way.
 */
export function lastWords(line: number, text: string, { world, frames }: Shell, builtin = ''): string | null {
  if (frames.includes('source')) return null;
  const { name, shell, file } = world;
  const by = builtin === '' ? '' : `${builtin}: `;
  switch (shell) {
    case 'dash':
      return `${name}: ${line}: ${by}${text}`;
    case 'bash':
      return `${name}: line ${line}: ${by}${text}`;
    case 'busybox': {
      const counted = file === null ? line - 1 : line;
      const place = file === null && by === '' ? '' : `line ${counted}: `;
      return `${name}: ${by}${place}${text}`;
    }
  }
}
