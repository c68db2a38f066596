import type { CommandName } from './command-names.ts';

/** What the help and docs/cli.md say of a command. */
export interface CommandText {
  /** What follows the command's name: one line for each form. */
  readonly usage: readonly string[];
  /** One sentence without its full stop. */
  readonly describe: string;
  /** Command lines, with `$0` for the program, and what each is. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

export const commandTexts: Readonly<Record<CommandName, CommandText>> = {
  check: {
    usage: ['BINARY... --image IMAGE...', '--image IMAGE... [-- ARGUMENT...]'],
    describe: "Check whether binaries, or images' own commands, will start in images (the default command)",
    examples: [
      ['$0 --image my-service:latest', "the image's own ENTRYPOINT and CMD"],
      ['$0 /usr/bin/node --image node:20-slim', 'a program that is in the image'],
      ['$0 ./prediction-api --image alpine:3.19', 'one binary in one image'],
      ['$0 ./bin --image debian:12-slim --image alpine:3.20', 'every ELF file of a folder in two images'],
      ['$0 ./api --image docker-archive:image.tar --at /app/', 'an image from docker save'],
      [
        '$0 ./api --image alpine:3.19 --add ./lib:/app/lib --env LD_LIBRARY_PATH=/app/lib',
        'with files that the Dockerfile adds',
      ],
      [
        '$0 ./addon.node --image node:20-slim --loaded-by /usr/local/bin/node',
        'a plugin in its calling process',
      ],
    ],
  },
  inspect: {
    usage: ['FILE...'],
    describe: 'Show what a binary requires: libc, libraries, versions, search paths',
    examples: [['$0 inspect ./prediction-api', 'what one binary requires']],
  },
  profile: {
    usage: ['list', 'show NAME|FILE', 'build IMAGE -o FILE.lcindex'],
    describe: 'List, show and build profiles: saved indexes of images',
    examples: [
      ['$0 profile list', 'the embedded profiles'],
      [
        '$0 profile build rootfs.tar.gz --name base:1.0 -o base.lcindex',
        'a profile of your own root file system',
      ],
      ['$0 ./prediction-api --image base.lcindex', 'a check against it'],
    ],
  },
  cache: {
    usage: ['info', 'prune', 'clear'],
    describe: 'Show what the cache holds, reduce it to its limit, or empty it',
    examples: [['$0 cache info', 'folder, entries, size']],
  },
  explain: {
    usage: ['[RULE]'],
    describe: 'Print what a rule means and what to do about it; without a name, list the rules',
    examples: [['$0 explain interpreter-missing', '']],
  },
  completion: {
    usage: ['[bash|zsh|fish]'],
    describe: 'Print a completion script for a shell, by default that of SHELL',
    examples: [
      ['$0 completion bash >> ~/.bashrc', ''],
      ['$0 completion zsh >> ~/.zshrc', 'below the line with compinit'],
      ['$0 completion fish > ~/.config/fish/completions/libc-check.fish', ''],
    ],
  },
  version: { usage: [''], describe: 'Print version and commit', examples: [] },
  help: { usage: ['[COMMAND]'], describe: 'Show the help of a command', examples: [] },
};

/** The forms of a command, whole: `libc-check profile list`. The default command has no name. */
export function formsOf(name: CommandName, program = 'libc-check'): readonly string[] {
  const prefix = name === 'check' ? program : `${program} ${name}`;
  return commandTexts[name].usage.map((usage) => `${prefix} ${usage}`.trimEnd());
}
