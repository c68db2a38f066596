import { cpuLevels, engines } from '../container/host.ts';
import { imageSourceNames } from '../image/sources/image-sources.ts';
import { formats } from '../report/formats.ts';
import { type CommandName, commandNames } from './command-names.ts';

/** One option of the command line: what the parser, the help, the error messages and the completion know of it. */
interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** `flag` takes no value, `value` one, `list` one each time it is given. */
  readonly kind: 'flag' | 'value' | 'list';
  readonly choices?: readonly string[];
  /** What stands for the value in messages, with an example of it. */
  readonly example?: string;
  readonly describe: string;
  readonly group:
    | 'What is checked'
    | 'Where images come from'
    | 'How it would be started'
    | 'Report'
    | 'Profile'
    | 'Other';
  readonly commands: readonly CommandName[];
}

const reporting = ['check', 'inspect', 'profile', 'explain'] as const;

const options = [
  {
    name: 'image',
    kind: 'list',
    example: 'alpine:3.19',
    describe: 'Image to check against, SOURCE:REFERENCE or a bare reference; may be repeated',
    group: 'What is checked',
    commands: ['check'],
  },
  {
    name: 'source',
    kind: 'value',
    choices: ['auto', ...imageSourceNames],
    example: 'docker',
    describe: 'Where bare references are looked up (default: auto)',
    group: 'What is checked',
    commands: ['check'],
  },
  {
    name: 'pull',
    kind: 'value',
    choices: ['auto', 'never'],
    example: 'never',
    describe: 'Whether a bare reference that no engine here has is read from its registry (default: auto)',
    group: 'Where images come from',
    commands: ['check'],
  },
  {
    name: 'offline',
    kind: 'flag',
    describe: 'No network: images of registries come from the cache or not at all',
    group: 'Where images come from',
    commands: ['check'],
  },
  {
    name: 'registry-mirror',
    kind: 'list',
    example: 'mirror.example:5000',
    describe: 'Host to ask before Docker Hub; may be repeated',
    group: 'Where images come from',
    commands: ['check'],
  },
  {
    name: 'insecure-registry',
    kind: 'list',
    example: 'registry.example:5000',
    describe: 'Host that plain HTTP or an unverified certificate will do for; may be repeated',
    group: 'Where images come from',
    commands: ['check'],
  },
  {
    name: 'registry-ca',
    kind: 'value',
    example: 'ca.pem',
    describe: 'File with certificates that registries are trusted by, besides the usual ones',
    group: 'Where images come from',
    commands: ['check'],
  },
  {
    name: 'platform',
    kind: 'value',
    example: 'linux/arm64',
    describe: 'Platform to take from a multi-platform image (default: the one that fits the binary)',
    group: 'What is checked',
    commands: ['check', 'profile'],
  },
  {
    name: 'at',
    kind: 'value',
    example: '/usr/local/bin/',
    describe: 'Where the binary will stand in the image; with a slash at the end, the folder (default: /)',
    group: 'What is checked',
    commands: ['check'],
  },
  {
    name: 'add',
    kind: 'list',
    example: './lib:/opt/app/lib',
    describe: 'SRC:DEST, a file or folder that will be copied into the image; may be repeated',
    group: 'What is checked',
    commands: ['check'],
  },
  {
    name: 'loaded-by',
    kind: 'value',
    example: '/usr/local/bin/node',
    describe: 'Executable in the image that loads the shared object being checked',
    group: 'What is checked',
    commands: ['check'],
  },
  {
    name: 'env',
    kind: 'list',
    example: 'LD_LIBRARY_PATH=/opt/lib',
    describe: "K=V, set over the image's own; K alone takes the value from here; may be repeated",
    group: 'How it would be started',
    commands: ['check', 'profile'],
  },
  {
    name: 'user',
    kind: 'value',
    example: '1000:1000',
    describe: "User that starts it, instead of the image's",
    group: 'How it would be started',
    commands: ['check', 'profile'],
  },
  {
    name: 'kernel',
    kind: 'value',
    example: '5.10',
    describe: 'Version of the kernel underneath (default: 6.1)',
    group: 'How it would be started',
    commands: ['check'],
  },
  {
    name: 'cpu',
    kind: 'value',
    choices: cpuLevels,
    example: 'x86-64-v3',
    describe: 'x86-64 level of the processor underneath (default: not known, so what hangs on it is a note)',
    group: 'How it would be started',
    commands: ['check'],
  },
  {
    name: 'engine',
    kind: 'value',
    choices: engines,
    example: 'podman',
    describe: 'Whose messages and exit statuses to predict (default: docker)',
    group: 'How it would be started',
    commands: ['check'],
  },
  {
    name: 'strict',
    kind: 'flag',
    describe: 'Warnings fail too: exit status 1',
    group: 'Report',
    commands: ['check'],
  },
  {
    name: 'format',
    kind: 'value',
    choices: formats.map(({ id }) => id),
    example: 'json',
    describe: 'Format of the report (default: text)',
    group: 'Report',
    commands: ['check', 'inspect', 'profile', 'cache'],
  },
  {
    name: 'json',
    kind: 'flag',
    describe: 'The same as --format json',
    group: 'Report',
    commands: ['check', 'inspect', 'profile', 'cache'],
  },
  {
    name: 'output',
    short: 'o',
    kind: 'value',
    example: 'report.json',
    describe: 'Write to this file instead of standard output',
    group: 'Report',
    commands: reporting,
  },
  {
    name: 'verbose',
    short: 'v',
    kind: 'flag',
    describe: 'Add the tree of libraries and every place that was tried',
    group: 'Report',
    commands: ['check', 'inspect'],
  },
  {
    name: 'quiet',
    short: 'q',
    kind: 'flag',
    describe: 'No report on standard output and no progress: the exit status tells',
    group: 'Report',
    commands: ['check'],
  },
  {
    name: 'color',
    kind: 'flag',
    describe: 'Colours even when not writing to a terminal',
    group: 'Report',
    commands: reporting,
  },
  {
    name: 'no-color',
    kind: 'flag',
    describe: 'No colours',
    group: 'Report',
    commands: reporting,
  },
  {
    name: 'name',
    kind: 'value',
    example: 'my-base:1.0',
    describe: 'What reports are to call the thing that a profile is made from (default: its file name)',
    group: 'Profile',
    commands: ['profile'],
  },
  {
    name: 'cache-dir',
    kind: 'value',
    example: '.cache/libc-check',
    describe: 'Folder of the cache (default: $XDG_CACHE_HOME/libc-check)',
    group: 'Other',
    commands: ['check', 'inspect', 'cache'],
  },
  {
    name: 'no-cache',
    kind: 'flag',
    describe: 'Neither read nor write the cache',
    group: 'Other',
    commands: ['check', 'inspect'],
  },
  {
    name: 'help',
    short: 'h',
    kind: 'flag',
    describe: 'Show this help',
    group: 'Other',
    commands: commandNames,
  },
  {
    name: 'version',
    short: 'V',
    kind: 'flag',
    describe: 'Show version and commit',
    group: 'Other',
    commands: commandNames,
  },
] as const satisfies readonly OptionSpec[];

type NameOf<Kind> = Extract<(typeof options)[number], { readonly kind: Kind }>['name'];
export type FlagName = NameOf<'flag'>;
export type ValueName = NameOf<'value'>;
export type ListName = NameOf<'list'>;

/** The same table without its literal types, for those that only walk it. */
export const optionSpecs: readonly OptionSpec[] = options;
