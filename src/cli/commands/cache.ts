import { defaultCacheFolder } from '../../image/cache/cache-folder.ts';
import { CacheStore, defaultCacheLimit } from '../../image/cache/cache-store.ts';
import { megabytes } from '../../report/cache/text.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { suggestion } from '../nearest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { refuseFormat, renderDocument, writeReport } from '../write-report.ts';

const actions = ['info', 'prune', 'clear'] as const;
type Action = (typeof actions)[number];

const isAction = (word: string): word is Action => (actions as readonly string[]).includes(word);

function storeOf(args: Arguments, env: Terminal['env']): CacheStore {
  const folder = args.value('cache-dir') ?? defaultCacheFolder(env);
  if (folder === null)
    throw new UsageError(
      'there is no folder for the cache: set HOME or XDG_CACHE_HOME, or name a folder with --cache-dir',
    );
  return new CacheStore(folder, defaultCacheLimit);
}

/** `cache info`, `cache prune`, `cache clear`. */
export const command: Command = async (args, terminal) => {
  const [action = ''] = args.words;
  if (args.words.length !== 1 || !isAction(action)) {
    const otherwise = `; it is one of ${actions.join(', ')}`;
    throw new UsageError(
      action === ''
        ? `cache needs one of ${actions.join(', ')}, for example: libc-check cache info`
        : `cache has no action ${args.words.join(' ')}${suggestion(action, actions) || otherwise}`,
    );
  }
  const store = storeOf(args, terminal.env);
  if (action === 'info') {
    await writeReport(await renderDocument('cache info', store.usage(), args, terminal), args, terminal);
    return exitCodes.runs;
  }
  refuseFormat(args, `cache ${action}`);
  const { removed, freed } = action === 'clear' ? store.clear() : store.prune();
  await terminal.stdout.write(
    `removed ${removed} ${removed === 1 ? 'entry' : 'entries'}, ${megabytes(freed)}\n`,
  );
  return exitCodes.runs;
};
