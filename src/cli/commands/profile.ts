import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { suggestion } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';

const actions = {
  list: async () => (await import('./profile-list.ts')).listCommand,
  show: async () => (await import('./profile-show.ts')).showCommand,
  build: async () => (await import('./profile-build.ts')).buildCommand,
} as const;

function isAction(word: string): word is keyof typeof actions {
  return Object.hasOwn(actions, word);
}

/** `profile list`, `profile show NAME`, `profile build IMAGE -o FILE`. */
export const command: Command = async (args, terminal) => {
  const [action = '', ...words] = args.words;
  if (!isAction(action)) {
    const known = Object.keys(actions);
    const otherwise = `; it is one of ${known.join(', ')}`;
    throw new UsageError(
      action === ''
        ? `profile needs one of ${known.join(', ')}, for example: libc-check profile list`
        : `profile has no action ${action}${suggestion(action, known) || otherwise}`,
    );
  }
  const run = await actions[action]();
  return interruptible(terminal, async (signal) => {
    await run({ ...args, words }, terminal, signal);
    return exitCodes.runs;
  });
};
