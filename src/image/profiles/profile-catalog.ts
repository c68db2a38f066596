import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImageConfig, Provenance } from '../image.ts';
import { type DockerReference, familiarName, familiarReference } from '../reference/docker-reference.ts';

/** One platform of a profile: an index file beside the catalogue, or a part of one file with all of them (the package). */
export interface ProfileFile {
  /** `linux/amd64` */
  readonly platform: string;
  readonly file: string;
  /** Where the index begins in `file`, in bytes. Default 0. */
  readonly offset?: number;
  /** Of the index, lower-case hex. */
  readonly sha256: string;
  readonly size: number;
  readonly provenance: Provenance;
}

/**
 * Image names that a profile answers to. In a tag `*` stands for digits. `config` changes the configuration, as
 * `:nonroot` changes the user; `difference` says how the real image can differ from the profile.
 */
export interface ProfileNames {
  readonly repositories: readonly string[];
  readonly tags: readonly string[];
  readonly config?: Partial<ImageConfig>;
  readonly difference?: string;
}

/** A well-known base image that is embedded. */
export interface Profile {
  /** `alpine:3.19` */
  readonly name: string;
  /** `Alpine Linux 3.19.4` */
  readonly release: string;
  readonly names: readonly ProfileNames[];
  readonly files: readonly ProfileFile[];
}

/** Which profile a name stands for, and by which of its names. */
export interface ProfileMatch {
  readonly profile: Profile;
  readonly names: ProfileNames;
}

interface Catalog {
  readonly folder: string;
  readonly profiles: readonly Profile[];
}

let cached: Catalog | null = null;

/**
 * Files beside which the profiles may be: that of this code, and the program. A bundler that makes CommonJS of it leaves no URL of the
 * module, or one of the machine on which it bundled.
 */
function ownFiles(): readonly string[] {
  const module = import.meta.url ? fileURLToPath(import.meta.url) : null;
  return [module, commonFile(), process.argv[1] ?? null].filter((path) => path !== null);
}

/** The file of a CommonJS module; null in an ES module. `typeof` does not tell: webpack takes it for a text in both. */
function commonFile(): string | null {
  try {
    return __filename;
  } catch {
    return null;
  }
}

const catalogIn = (folder: string): string => join(folder, 'profiles', 'profiles.json');

/** The package that a bundle with this code in it has beside it, if it is installed there. */
function installedFolder(file: string): string | null {
  try {
    return join(dirname(createRequire(file).resolve('libc-check/package.json')), 'dist');
  } catch {
    return null;
  }
}

/**
 * The folder `profiles`, found upwards from this module: `dist/profiles` for the package, else that of the sources, else
 * that of the installed package. Null when there is none, as when another bundler took the code alone.
 */
function profilesFolder(): string | null {
  const files = ownFiles().map((file) => resolve(file));
  const upwards = files.flatMap((file) =>
    Array.from({ length: 6 }, (_, depth) => join(dirname(file), ...Array(depth).fill('..'))),
  );
  const holder = upwards.find((folder) => existsSync(catalogIn(folder))) ?? installedHolder(files);
  return holder === null ? null : join(holder, 'profiles');
}

function installedHolder(files: readonly string[]): string | null {
  const folders = files.map(installedFolder).filter((folder) => folder !== null);
  return folders.find((folder) => existsSync(catalogIn(folder))) ?? null;
}

/** Whether the profiles are where this code can find them. */
export const hasProfiles = (): boolean => catalog() !== null;

function catalog(): Catalog | null {
  if (cached !== null) return cached;
  const folder = profilesFolder();
  if (folder === null) return null;
  const { profiles } = JSON.parse(readFileSync(join(folder, 'profiles.json'), 'utf8')) as {
    profiles: Profile[];
  };
  cached = { folder, profiles };
  return cached;
}

/** All embedded profiles, in the catalogue's order; none where `hasProfiles` is false. */
export function listProfiles(): readonly Profile[] {
  return catalog()?.profiles ?? [];
}

/** The bytes of one index of the catalogue. Throws Error when its file is shorter than the catalogue says. */
export function readProfileFile({ file, offset = 0, size }: ProfileFile): Uint8Array {
  const bytes = new Uint8Array(size);
  const descriptor = openSync(join(catalog()?.folder ?? '', file), 'r');
  try {
    if (readSync(descriptor, bytes, 0, size, offset) === size) return bytes;
  } finally {
    closeSync(descriptor);
  }
  throw new Error(`the profiles of libc-check are cut off (${file}): install the package again`);
}

/** The profile that an image name stands for. A reference by digest never matches: a profile is not that image. */
export function matchProfile(reference: DockerReference): ProfileMatch | null {
  if (reference.digest !== null) return null;
  const name = familiarName(reference);
  const tag = reference.tag ?? 'latest';
  for (const exact of [true, false]) {
    for (const profile of listProfiles()) {
      for (const names of profile.names) {
        const tagMatches = exact
          ? names.tags.includes(tag)
          : names.tags.some((pattern) => matchesTag(pattern, tag));
        if (tagMatches && names.repositories.includes(name)) return { profile, names };
      }
    }
  }
  return null;
}

function matchesTag(pattern: string, tag: string): boolean {
  if (!pattern.includes('*')) return pattern === tag;
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[0-9]+')}$`).test(tag);
}

/** Profiles of the same repository, to name in an error: `alpine:3.17, alpine:3.18`. */
export function profilesNear(reference: DockerReference): readonly string[] {
  const name = familiarName({ ...reference, tag: null });
  return listProfiles()
    .filter((profile) => profile.names.some(({ repositories }) => repositories.includes(name)))
    .map((profile) => profile.name);
}

/** What a match resolved to, for people: the profile, the release it was made from, and what may differ. */
export function describeMatch({ profile, names }: ProfileMatch, reference: DockerReference): string {
  const asked = familiarReference(reference);
  const difference = names.difference === undefined ? '' : `; ${asked}: ${names.difference}`;
  return `${profile.name} (embedded profile of ${profile.release}${difference})`;
}
