/** Processors that a name has a separator in. */
const splitProcessors = /(?:x86[-_]|aarch_|ppcle_)64/gi;

/** A word of a path that names a system, a processor or a libc, and nothing else. */
const systemWord =
  /^(?:linux(?:musl|glibc|gnu)?(?:32|64)?|darwin|mac(?:os|osx)?|osx|apple|ios|win(?:32|64|dows|nt)?|msvc|mingw(?:32|64)?|freebsd|openbsd|netbsd|android|sunos|solaris|illumos|aix|openharmony|unknown|pc|x64|x86|amd64|ia32|i[3-6]86|386|aarch64|arm(?:64)?(?:v[5-8][a-z]?)?(?:hf|el)?|riscv64(?:gc)?|s390x|p(?:ower)?pc64(?:le|el)?|loong(?:arch)?64|mips(?:64)?(?:el)?|universal|gnu(?:eabi(?:hf)?)?|musl(?:eabi(?:hf)?)?|glibc|eabi(?:hf)?)$/i;

const words = (path: string): string[] => path.replace(splitProcessors, 'x64').split(/[\\/._@-]+/);

/**
 * What the paths of one file's builds for several systems have in common: `prebuilds/linux-x64/a.node` and
 * `prebuilds/darwin-arm64/a.node` are of one family.
 */
export const familyOf = (path: string): string =>
  words(path)
    .filter((word) => !systemWord.test(word))
    .join('/');

/** Whether a path names the system, processor or libc of its build. */
export const namesSystem = (path: string): boolean => words(path).some((word) => systemWord.test(word));

/** The libc that the path of a build names. */
export function libcInName(path: string): 'glibc' | 'musl' | null {
  const named = words(path).filter((word) => systemWord.test(word));
  if (named.some((word) => /musl/i.test(word))) return 'musl';
  return named.some((word) => /gnu|glibc/i.test(word)) ? 'glibc' : null;
}

/** Counts the builds of each family. */
export class FamilyCount {
  readonly #counts = new Map<string, number>();

  add(path: string): void {
    const family = familyOf(path);
    this.#counts.set(family, (this.#counts.get(family) ?? 0) + 1);
  }

  /** Whether no other path of its family was added. */
  isAlone(path: string): boolean {
    return (this.#counts.get(familyOf(path)) ?? 0) <= 1;
  }
}
