import { cpuLevels, engines } from '../../container/host.ts';
import { bindings } from '../../loader/callers/dlopen-mode.ts';
import type { OptionGroup } from './option.ts';

/** What the Dockerfile puts into the image. */
export const copyOptions = {
  heading: 'What is checked',
  options: [
    {
      name: 'at',
      kind: 'value',
      value: 'PATH',
      example: '/usr/local/bin/',
      describe: 'Where the binary will stand in the image; with a slash at the end, the folder (default: /)',
      docLong:
        'Where the binary will stand in the image. With a slash at the end it is the folder, and the file keeps its name. ' +
        'Default: `/`. The path matters for `$ORIGIN` and for permissions.',
    },
    {
      name: 'add',
      kind: 'list',
      value: 'SRC:DEST',
      example: './lib:/opt/app/lib',
      describe: 'SRC:DEST, a file or folder that will be copied into the image',
      docLong:
        'A file or folder that the Dockerfile will copy into the image. DEST is absolute; with a slash at the end it is the folder.',
    },
    {
      name: 'loaded-by',
      kind: 'value',
      value: 'PATH',
      example: '/usr/local/bin/node',
      describe: 'Program of the image that loads the shared object that is checked',
      docLong:
        'For a shared object (a `.node` addon, a plugin): the executable in the image that loads it. Default: the program of the ' +
        'image that it is a plugin of ([S34](loader/programs.md#s34-the-caller-is-found-by-what-the-plugin-is)).',
    },
    {
      name: 'loaded-before',
      kind: 'list',
      value: 'FILE',
      example: '/usr/lib/php/20220829/mysqlnd.so',
      describe: 'Shared object that the process loads before it',
      docLong:
        'A shared object that the same process has loaded before the checked one. An absolute path is looked for in the image and ' +
        'then on disk, any other path on disk and then beside the checked object. A file on disk is copied beside it. What the ' +
        'image configures for PHP, nginx, Apache and PostgreSQL is loaded before without this option.',
    },
    {
      name: 'bind',
      kind: 'value',
      value: 'MODE',
      choices: bindings,
      example: 'now',
      describe: 'How it is loaded, with RTLD_NOW or RTLD_LAZY (default: as that program does)',
      docLong:
        'Whether the program loads it with `RTLD_NOW`, which looks up every symbol at once, or `RTLD_LAZY`. Default: as that ' +
        'program does ([S32](loader/programs.md#s32-each-caller-has-its-own-mode)).',
    },
  ],
} as const satisfies OptionGroup;

/** What is started of the image's own. */
export const commandOptions = {
  heading: 'How it is started',
  options: [
    {
      name: 'entrypoint',
      kind: 'value',
      value: 'PROGRAM',
      example: '/bin/sh',
      mayBeEmpty: true,
      describe: "Program to start instead of the image's ENTRYPOINT and CMD; its arguments follow --",
      docLong:
        "For the image's own command: the program that is started instead of its Entrypoint and Cmd, as with `docker run " +
        '--entrypoint`. The empty string removes the Entrypoint. Arguments follow `--`.',
    },
  ],
} as const satisfies OptionGroup;

/** What the process is started with. */
export const startOptions = {
  heading: 'How it is started',
  options: [
    {
      name: 'env',
      kind: 'list',
      value: 'KEY=VALUE',
      example: 'LD_LIBRARY_PATH=/opt/lib',
      describe: "KEY=VALUE, set over the image's own; KEY alone takes your own value",
      docLong:
        "A variable that is set over the image's own Env. `--env KEY` takes the value from your environment, as " +
        '`docker run --env KEY` does.',
    },
    {
      name: 'user',
      kind: 'value',
      value: 'USER[:GROUP]',
      example: '1000:1000',
      describe: "User that starts it, instead of the image's",
      docLong: "The user that starts the program, instead of the image's User.",
    },
  ],
} as const satisfies OptionGroup;

/** What the engine lets the process gain. */
export const privilegeOptions = {
  heading: 'How it is started',
  options: [
    {
      name: 'cap-add',
      kind: 'list',
      value: 'CAPABILITY',
      example: 'NET_ADMIN',
      describe: "Capability to add to the engine's default set, or ALL",
      docLong:
        "A capability that the container gets besides the engine's default set, as with `docker run`; `ALL` means all.",
    },
    {
      name: 'cap-drop',
      kind: 'list',
      value: 'CAPABILITY',
      example: 'ALL',
      describe: "Capability to drop from the engine's default set, or ALL",
      docLong:
        "A capability of the engine's default set that the container does not get, as with `docker run` and in a pod's " +
        '`securityContext`; `ALL` means all.',
    },
    {
      name: 'security-opt',
      kind: 'list',
      value: 'OPTION',
      choices: ['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'],
      example: 'no-new-privileges',
      describe: 'no-new-privileges: setuid bits and file capabilities have no effect',
      docLong:
        '`no-new-privileges`: setuid bits and file capabilities have no effect, as with `docker run` and ' +
        '`allowPrivilegeEscalation: false`.',
    },
  ],
} as const satisfies OptionGroup;

/** The machine underneath, which no file of the image describes. */
export const machineOptions = {
  heading: 'How it is started',
  options: [
    {
      name: 'kernel',
      kind: 'value',
      value: 'VERSION',
      example: '5.10',
      describe: 'Version of the kernel (default: 6.1)',
      docLong: 'The version of the kernel. Default: 6.1.',
    },
    {
      name: 'cpu',
      kind: 'value',
      value: 'LEVEL',
      choices: cpuLevels,
      example: 'x86-64-v3',
      describe: 'x86-64 level of the processor (default: unknown; a file that needs one gets a note)',
      docLong:
        'The x86-64 level of the processor. By default it is unknown, and a file that needs more than the baseline gets ' +
        'the note [isa-level-note](rules/isa-level-note.md).',
    },
    {
      name: 'engine',
      kind: 'value',
      value: 'ENGINE',
      choices: engines,
      example: 'podman',
      describe:
        'Engine whose messages and exit statuses to predict (default: that of the image, else docker)',
      docLong:
        'The engine whose messages and exit statuses are predicted. Default: for an image that an engine has, that engine in its ' +
        'own version; else `docker`, in its current version.',
    },
  ],
} as const satisfies OptionGroup;
