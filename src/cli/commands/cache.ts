import { defaultCacheFolder } from '../../image/cache/cache-folder.ts';
import { CacheStore, type CacheUsage, defaultCacheLimit } from '../../image/cache/cache-store.ts';
import { printable } from '../../report/printable.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { suggestion } from '../nearest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const actions = ['info', 'prune', 'clear'] as const;
type Action = (typeof actions)[number];

const isAction = (word: string): word is Action => (actions as readonly string[]).includes(word);

function storeOf(args: Arguments, env: Terminal['env']): CacheStore {
  const folder = args.value('cache-dir') ?? defaultCacheFolder(env);
  if (folder === null)
    throw new UsageError('there is no home for a cache here: name a folder with --cache-dir');
  return new CacheStore(folder, defaultCacheLimit);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function usageText({ folder, entries, size, limit }: CacheUsage): string {
  return [
    `folder   ${printable(folder)}`,
    `entries  ${entries}`,
    `size     ${megabytes(size)} of at most ${megabytes(limit)}`,
    '',
  ].join('\n');
}

/** `cache info`, `cache prune`, `cache clear`. */
export const command: Command = async (args, terminal) => {
  const [action = ''] = args.words;
  if (args.words.length !== 1 || !isAction(action)) {
    const otherwise = `; it is one of ${actions.join(', ')}`;
    throw new UsageError(
      action === ''
        ? `cache needs one of ${actions.join(', ')}, as in: libc-check cache info`
        : `cache cannot ${args.words.join(' ')}${suggestion(action, actions) || otherwise}`,
    );
  }
  const store = storeOf(args, terminal.env);
  if (action === 'info') {
    const usage = store.usage();
    const asJson = args.flag('json') || args.value('format') === 'json';
    await terminal.stdout.write(asJson ? `${JSON.stringify(usage, null, 2)}\n` : usageText(usage));
    return exitCodes.runs;
  }
  const { removed, freed } = action === 'clear' ? store.clear() : store.prune();
  await terminal.stdout.write(
    `removed ${removed} ${removed === 1 ? 'entry' : 'entries'}, ${megabytes(freed)}\n`,
  );
  return exitCodes.runs;
};
