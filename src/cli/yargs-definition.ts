import type { Argv } from 'yargs';
import { parserConfiguration } from './arguments.ts';
import { type CommandName, commandNames } from './command-names.ts';
import { optionSpecs } from './options.ts';

interface CommandText {
  readonly usage: string | readonly string[];
  readonly describe: string;
  readonly examples: readonly (readonly [string, string])[];
}

const commandTexts: Readonly<Record<CommandName, CommandText>> = {
  check: {
    usage: 'BINARY... --image IMAGE...',
    describe: 'Tell whether binaries will start in images (what is done when no command is named)',
    examples: [
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
    usage: 'FILE...',
    describe: 'Tell what a binary wants: libc, libraries, versions, search paths',
    examples: [['$0 inspect ./prediction-api', 'a dozen lines']],
  },
  profile: {
    usage: ['list', 'show NAME|FILE', 'build IMAGE -o FILE.lcindex'],
    describe: 'List, show and build profiles: saved indexes of images',
    examples: [
      ['$0 profile list', 'the embedded ones'],
      ['$0 profile build rootfs.tar.gz --name base:1.0 -o base.lcindex', 'one of your own'],
      ['$0 ./prediction-api --image base.lcindex', 'and its use'],
    ],
  },
  cache: {
    usage: ['info', 'prune', 'clear'],
    describe: 'Tell what the cache holds, bring it within its size, or empty it',
    examples: [['$0 cache info', 'folder, entries, size']],
  },
  explain: {
    usage: '[RULE]',
    describe: 'Print what a rule means and what to do about it; without a name, list the rules',
    examples: [['$0 explain interpreter-missing', '']],
  },
  completion: {
    usage: '',
    describe: 'Print a completion script for bash or zsh',
    examples: [['$0 completion >> ~/.bashrc', '']],
  },
  version: { usage: '', describe: 'Print version and commit', examples: [] },
  help: { usage: '[COMMAND]', describe: 'Show the help of a command', examples: [] },
};

const exitStatus = `Exit status: 0 it runs, 1 it does not, 2 the call is wrong, 3 it could not be decided.`;

const imageForms = `Images: docker:NAME, podman:NAME, registry:NAME, docker-archive:FILE, oci-dir:FOLDER,
oci-archive:FILE, dir:ROOTFS, tar:ROOTFS, profile:NAME, scratch. Without a prefix: a path that exists, else an engine
that has it, else its registry (--pull never: not asked; --offline: only what the cache has of it), else an embedded profile.`;

/** Gives `parser` the options of `command`, with their one-letter forms if `shorts`. */
function withOptions(parser: Argv, command: CommandName, shorts = true): Argv {
  for (const spec of optionSpecs) {
    if (!spec.commands.includes(command)) continue;
    parser.option(spec.name, {
      describe: spec.describe,
      group: `${spec.group}:`,
      nargs: spec.kind === 'flag' ? 0 : 1,
      requiresArg: spec.kind !== 'flag',
      ...(spec.kind === 'flag' ? { boolean: true } : { string: true }),
      ...(spec.kind === 'list' ? { array: true } : {}),
      ...(spec.short === undefined || !shorts ? {} : { alias: spec.short }),
      ...(spec.choices === undefined ? {} : { choices: spec.choices }),
    });
  }
  return parser;
}

function withUsage(parser: Argv, command: CommandName): Argv {
  const { usage, describe, examples } = commandTexts[command];
  const prefix = command === 'check' ? '$0' : `$0 ${command}`;
  const forms = typeof usage === 'string' ? [usage] : usage;
  parser.usage(`${forms.map((form) => `${prefix} ${form}`.trimEnd()).join('\n')}\n\n${describe}.`);
  for (const [line, meaning] of examples) parser.example(line, meaning);
  return parser;
}

async function base(argv: readonly string[], columns: number): Promise<Argv> {
  const { default: yargs } = await import('yargs');
  return yargs([...argv])
    .scriptName('libc-check')
    .locale('en')
    .parserConfiguration(parserConfiguration)
    .exitProcess(false)
    .help(false)
    .version(false)
    .wrap(columns);
}

/** The help of one command, wrapped to `columns`. */
export async function helpText(command: CommandName, columns: number): Promise<string> {
  const parser = withUsage(withOptions(await base([], columns), command), command);
  if (command === 'check') {
    for (const [name, text] of Object.entries(commandTexts)) {
      if (name !== 'check') parser.command(name, text.describe);
    }
    parser.epilogue(`${imageForms}\n\n${exitStatus}`);
  }
  return `${await parser.getHelp()}\n`;
}

/** What could stand in place of the last of `words` (the words after `libc-check`): commands, options, or an option's choices. */
export async function completionsOf(words: readonly string[]): Promise<string[]> {
  const command = commandNames.find((name) => name === words[0] && words.length > 1) ?? 'check';
  const parser = withOptions(await base([], 80), command, false);
  if (command === 'check') {
    for (const [name, text] of Object.entries(commandTexts))
      if (name !== 'check') parser.command(name, text.describe);
  }
  return [...(await parser.getCompletion([...words]))];
}

/** The script that makes a shell (bash, or zsh by SHELL) ask libc-check for completions. */
export async function completionScript(): Promise<string> {
  const parser = (await base([], 80)).completion('completion');
  return new Promise((resolve, reject) => {
    parser.parse(['completion'], (error: Error | undefined, _argv: unknown, output: string) => {
      if (error) reject(error);
      else resolve(`${output}\n`);
    });
  });
}
