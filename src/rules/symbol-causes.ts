import type { LibcFamily } from '../elf/libc-names.ts';
import { firstMuslWith } from './musl-symbols.ts';

/** Why a group of symbols is not there: known names of glibc and its headers. */
interface SymbolCause {
  readonly names: RegExp;
  /** Follows "musl has none of". */
  readonly words: string;
}

const gnuOnly =
  /^(backtrace(_symbols(_fd)?)?|gnu_get_libc_(version|release)|__register_atfork|__libc_single_threaded|_dl_find_object|dlmopen|dlinfo|error|error_at_line|__rawmemchr|rawmemchr|canonicalize_file_name|(get|set|make|swap)context|mallinfo2?|malloc_info|mallopt|malloc_trim|malloc_stats|__libc_(malloc|free|calloc|realloc|memalign)|__sbrk|__strdup|__strndup|__isnanf?|__isinff?|__finitef?|strto(l|ll|ul|ull|d|f|ld)_l|__strto\w+_internal|__\w+_l|arc4random\w*|pthread_\w+_np|obstack_\w+|_obstack_\w+|argp_\w+|fts_\w+|getprotobyname_r|gethostent_r|__xpg_basename|__libc_current_sigrt\w+|_IO_\w+|__sched_cpu\w+)$/;

/** Functions that have a name with 64 beside the plain one (large-file support). */
const largeFile =
  /^(__)?([flx]?x?stat|fstatat|fxstatat|f?statfs|f?statvfs|open(at)?|creat|lseek|p(read|write)v?|mmap|f?truncate|fopen|freopen|fseeko|ftello|fgetpos|fsetpos|tmpfile|mkstemps?|mkostemps?|readdir(_r)?|scandir(at)?|alphasort|versionsort|getdirentries|globfree|glob|n?ftw|(posix_)?fallocate|posix_fadvise|sendfile|[gs]etrlimit|prlimit|lockf|aio_\w+|lio_listio|fts_\w+)64(_2|_time64|v2)?(_chk)?$/;

/** In the order in which they are reported; the first that fits a name is its cause (M42, M50). */
const causes: readonly SymbolCause[] = [
  { names: /^__\w+_chk$/, words: 'the checked functions that _FORTIFY_SOURCE calls' },
  { names: /^(__)?(res_n?\w+|dn_\w+|ns_\w+)$/, words: "the functions of glibc's resolver" },
  { names: /^__isoc23_/, words: 'the C23 functions that headers of glibc 2.38 and later call' },
  { names: /^fcntl64$/, words: 'fcntl64, which programs call that were built with glibc 2.28 or later' },
  {
    names: /^__cxa_thread_atexit_impl$/,
    words: '__cxa_thread_atexit_impl, which a libstdc++ that was built for glibc calls',
  },
  { names: largeFile, words: 'the large-file names of functions' },
  { names: gnuOnly, words: "glibc's own extensions" },
];

/** Whether a symbol belongs to glibc or to what its headers make of a program, and no release of musl has it. */
export const isOfGlibcAlone = (name: string): boolean =>
  firstMuslWith(name) === null && causes.some(({ names }) => names.test(name));

function muslLacks(names: readonly string[]): string | null {
  const examples = new Map<SymbolCause, string>();
  for (const name of names) {
    const cause = firstMuslWith(name) === null ? causes.find((one) => one.names.test(name)) : undefined;
    if (cause !== undefined && !examples.has(cause)) examples.set(cause, name);
  }
  const told = causes.flatMap((cause) => {
    const example = examples.get(cause);
    if (example === undefined) return [];
    return [cause.words.startsWith(example) ? cause.words : `${cause.words} (${example})`];
  });
  return told.length === 0 ? null : `no musl has ${told.join(', ')}`;
}

/** Functions that this musl is too old for, with the release that has them first. */
function muslGained(names: readonly string[]): string[] {
  const byRelease = new Map<string, string[]>();
  for (const name of names) {
    const first = firstMuslWith(name);
    if (first === null) continue;
    const release = `musl ${first.musl} (Alpine ${first.alpine})`;
    byRelease.set(release, [...(byRelease.get(release) ?? []), name]);
  }
  return [...byRelease].map(([release, all]) => `${all.join(', ')} came with ${release}`);
}

/** Clauses on why a libc lacks symbols, with an example of each cause; empty when no cause is known. */
export function symbolCauses(names: readonly string[], family: LibcFamily | null): readonly string[] {
  if (family !== 'musl') return [];
  const lacks = muslLacks(names);
  return [...(lacks === null ? [] : [lacks]), ...muslGained(names)];
}
