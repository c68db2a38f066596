import type { EarlierCommand } from '../../../loader/scripts/handed-over.ts';
import type { Shell } from '../shell.ts';
import type { ShellState } from '../state.ts';
import type { Truth } from '../truth.ts';

const isFolderMaker = ({ name }: EarlierCommand): boolean => /(?:^|\/)mkdir$/.test(name);

/** `test` of a path, of which the commands before may have changed something. */
export function fileTest(operator: string, path: string, state: ShellState, { world }: Shell): Truth {
  const changes = new Set(state.changedBy.map((each) => each.changes));
  if (changes.has('anything') || (changes.has('permissions') && /^-[rwx]$/.test(operator))) return null;
  const truth = world.fileTest(operator, path, state.cwd);
  const makers = state.changedBy.filter((each) => each.changes === 'paths');
  const mayBeMade = makers.some((each) => !isFolderMaker(each) || !/^-[fsLhp]$/.test(operator));
  return truth === false && mayBeMade ? null : truth;
}
