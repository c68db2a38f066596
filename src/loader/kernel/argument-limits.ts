/** Pages that one string may take (MAX_ARG_STRLEN of the kernel's include/uapi/linux/binfmts.h), with its NUL. */
const longestString = 131_072;
/** A quarter of the stack limit, which is 8 MiB where nothing else is set (fs/exec.c bprm_stack_limits). */
const mostInAll = 2 * 1024 * 1024;
const pointerSize = 8;

/** What execve refuses with E2BIG. */
export interface TooLong {
  /** `argument 2`, `the variable PATH`, or both together. */
  readonly what: string;
  readonly bytes: number;
  readonly limit: number;
}

const sizeOf = (text: string): number => Buffer.byteLength(text) + 1;

/** What is too long for execve (K8): one string, or all of them with a pointer for each; null when nothing is. */
export function tooLong(
  filename: string,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): TooLong | null {
  let total = sizeOf(filename);
  for (const [name, value] of env) {
    const bytes = sizeOf(`${name}=${value}`);
    if (bytes > longestString) return { what: `the variable ${name}`, bytes, limit: longestString };
    total += bytes;
  }
  for (const [index, argument] of argv.entries()) {
    const bytes = sizeOf(argument);
    if (bytes > longestString) return { what: `argument ${index}`, bytes, limit: longestString };
    total += bytes;
  }
  total += (Math.max(argv.length, 1) + env.size) * pointerSize;
  return total > mostInAll
    ? { what: 'arguments and environment together', bytes: total, limit: mostInAll }
    : null;
}
