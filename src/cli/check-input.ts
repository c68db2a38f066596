import { isOnDisk } from '../binary/find-binaries.ts';
import { type CpuLevel, cpuLevels, type Engine, engines } from '../container/host.ts';
import { isCapability } from '../container/privileges.ts';
import { defaultCacheFolder } from '../image/cache/cache-folder.ts';
import { defaultCacheLimit } from '../image/cache/cache-store.ts';
import type { ImageSourceName } from '../image/image.ts';
import { parseDockerReference } from '../image/reference/docker-reference.ts';
import { parseReference } from '../image/reference/source-reference.ts';
import { imageSourceNames } from '../image/sources/image-sources.ts';
import { type Binding, bindings } from '../loader/callers/dlopen-mode.ts';
import type { CheckInput } from '../plan/check-input.ts';
import type { Arguments } from './arguments.ts';
import { commandNames } from './command-names.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './usage-error.ts';
import { formatOf } from './write-report.ts';

const example = 'libc-check ./prediction-api --image alpine:3.19';

/** `SRC:DEST`, parted at the last `:/`, since DEST is absolute. */
function parseAdd(text: string): { readonly source: string; readonly destination: string } {
  const colon = text.lastIndexOf(':/');
  if (colon <= 0) {
    throw new UsageError(
      `--add ${text}: write SRC:DEST, with DEST an absolute path, for example: --add ./lib:/opt/app/lib`,
    );
  }
  return { source: text.slice(0, colon), destination: text.slice(colon + 1) };
}

/**
 * `K=V` as it is; `K` alone takes its value from the environment of the caller and, as with `docker run --env`, is handed on
 * bare (unset it) when that has none.
 */
function parseEnv(text: string, callerEnv: Readonly<Record<string, string | undefined>>): string {
  if (text.startsWith('='))
    throw new UsageError(`--env ${text}: write KEY=VALUE, or KEY to take its value from here`);
  if (text.includes('=')) return text;
  const value = callerEnv[text];
  return value === undefined ? text : `${text}=${value}`;
}

function parseCapability(option: 'cap-add' | 'cap-drop', name: string): string {
  if (!isCapability(name))
    throw new UsageError(
      `--${option} ${name}: there is no such capability; write one as NET_BIND_SERVICE, or ALL`,
    );
  return name;
}

function parseKernel(text: string): string {
  if (!/^\d{1,3}\.\d{1,5}(\.\d{1,5})?$/.test(text)) {
    throw new UsageError(`--kernel ${text}: write a version such as 5.10`);
  }
  return text;
}

function parseAt(text: string, binaries: readonly string[]): string {
  if (!text.startsWith('/'))
    throw new UsageError(`--at ${text}: write an absolute path in the image, such as /usr/local/bin/`);
  if (binaries.length > 1 && !text.endsWith('/')) {
    throw new UsageError(
      `--at ${text}: with ${binaries.length} binaries it names a folder, with a slash at the end: ${text}/`,
    );
  }
  return text;
}

/** The member of `choices` that `text` is; null when there is no text. The table of options has refused all others. */
function oneOf<const T extends string>(text: string | null, choices: readonly T[]): T | null {
  return choices.find((choice) => choice === text) ?? null;
}

/** An object without the keys whose value is null: `CheckInput` leaves out what was not asked for. */
function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** The cache that was named, else the user's own; null with `--no-cache` and where there is no folder for one. */
export function cacheOf(
  args: Arguments,
  env: Readonly<Record<string, string | undefined>>,
): { readonly folder: string; readonly limit: number } | null {
  if (args.flag('no-cache')) return null;
  const folder = args.value('cache-dir') ?? defaultCacheFolder(env);
  return folder === null ? null : { folder, limit: defaultCacheLimit };
}

/** A first word that no file has can be meant as a command or, alone, as an image. */
function withoutImage(binaries: readonly string[]): UsageError {
  const [word] = binaries;
  if (word === undefined) return new UsageError(`no image and no binary given, for example: ${example}`);
  if (!isOnDisk(word)) {
    const command = nearest(word, commandNames);
    const meant = [
      ...(command === null ? [] : [`libc-check ${[command, ...binaries.slice(1)].join(' ')}`]),
      ...(binaries.length === 1 && isImageName(word) ? [`libc-check --image ${word}`] : []),
    ];
    if (meant.length > 0)
      return new UsageError(
        `no image given, and there is no file or command ${word}; did you mean ${meant.join(' or ')}?`,
      );
  }
  return new UsageError(`no image given: add --image, for example: ${example}`);
}

const isImageName = (word: string): boolean => {
  const { source, rest } = parseReference(word);
  return source !== 'auto' || parseDockerReference(rest) !== null;
};

/** A file that will be copied into the image is started by its path alone. */
function refuseForBinaries(args: Arguments): void {
  const onDisk = args.words.find(
    (word) => !word.startsWith('/') || args.value('at') !== null || isOnDisk(word),
  );
  if (onDisk === undefined) return;
  if (args.value('entrypoint') !== null)
    throw new UsageError(`--entrypoint is for the image's own command: leave out ${onDisk}`);
  if (args.commandArguments.length > 0)
    throw new UsageError(
      `what follows -- are arguments of the image's command, not of ${onDisk}; a file whose name begins with a dash is written ./NAME`,
    );
}

/** What `check` is to be asked, by the command line. Throws UsageError. */
export function checkInput(args: Arguments, env: Readonly<Record<string, string | undefined>>): CheckInput {
  const images = [...new Set(args.list('image'))];
  const binaries = [...new Set(args.words)];
  if (images.length === 0) throw withoutImage(binaries);
  refuseForBinaries(args);
  const at = args.value('at');
  const kernel = args.value('kernel');
  const sources: readonly (ImageSourceName | 'auto')[] = ['auto', ...imageSourceNames];
  return {
    binaries,
    images,
    add: args.list('add').map(parseAdd),
    loadedBefore: args.list('loaded-before'),
    env: args.list('env').map((text) => parseEnv(text, env)),
    environment: env,
    registry: {
      insecure: args.list('insecure-registry'),
      allow: args.list('registry-allow'),
      mirrors: args.list('registry-mirror'),
      ca: args.value('registry-ca'),
    },
    capAdd: args.list('cap-add').map((name) => parseCapability('cap-add', name)),
    capDrop: args.list('cap-drop').map((name) => parseCapability('cap-drop', name)),
    noNewPrivileges: args.list('security-opt').length > 0,
    offline: args.flag('offline'),
    sha256: args.flag('verbose') || formatOf(args, 'check').readBy === 'programs',
    ...given({
      source: oneOf(args.value('source'), sources),
      platform: args.value('platform'),
      pull: oneOf(args.value('pull'), ['auto', 'never'] as const),
      cache: cacheOf(args, env),
      at: at === null ? null : parseAt(at, binaries),
      entrypoint: args.value('entrypoint'),
      args: args.commandArguments.length === 0 ? null : args.commandArguments,
      user: args.value('user'),
      loadedBy: args.value('loaded-by'),
      bind: oneOf<Binding>(args.value('bind'), bindings),
      kernel: kernel === null ? null : parseKernel(kernel),
      cpu: oneOf<CpuLevel>(args.value('cpu'), cpuLevels),
      engine: oneOf<Engine>(args.value('engine'), engines),
    }),
  };
}
