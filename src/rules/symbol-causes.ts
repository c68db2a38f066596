import type { LibcFamily } from '../elf/libc-names.ts';

/** Why a group of symbols is not there: known names of glibc and its headers, and of the compiler's own libraries. */
interface SymbolCause {
  readonly names: RegExp;
  /** Follows "musl has none of". */
  readonly words: string;
}

const gnuOnly =
  /^(backtrace(_symbols(_fd)?)?|gnu_get_libc_(version|release)|__register_atfork|__libc_single_threaded|_dl_find_object|dlmopen|dlinfo|error|error_at_line|__rawmemchr|rawmemchr|canonicalize_file_name|(get|set|make|swap)context|mallinfo2?|malloc_info|mallopt|__libc_(malloc|free|calloc|realloc|memalign)|__sbrk|__cxa_thread_atexit_impl|__strdup|__strndup|__isnanf?|__isinff?|__finitef?|strto(l|ll|ul|ull|d|f|ld)_l|__strto\w+_internal|__\w+_l|arc4random\w*|pthread_\w+_np|obstack_\w+|_obstack_\w+|argp_\w+|fts_\w+|getprotobyname_r|gethostent_r|__xpg_basename|__libc_current_sigrt\w+|_IO_\w+|__sched_cpu\w+)$/;

/** In the order in which they are reported; the first that fits a name is its cause (M42, M50). */
const causes: readonly SymbolCause[] = [
  { names: /^__\w+_chk$/, words: 'the checked functions that _FORTIFY_SOURCE calls' },
  { names: /^(__)?(res_n?\w+|dn_\w+|ns_\w+)$/, words: "the functions of glibc's resolver" },
  { names: /^__isoc23_/, words: 'the C23 functions that headers of glibc 2.38 and later call' },
  { names: /^fcntl64$/, words: 'fcntl64, which programs call that were built with glibc 2.28 or later' },
  { names: /(64|64_2|64v2)$/, words: 'the large-file names of functions' },
  { names: gnuOnly, words: "glibc's own extensions" },
];

const libraryCauses: readonly (SymbolCause & { readonly library: string })[] = [
  { names: /^_Unwind_/, words: '', library: 'libgcc_s.so.1' },
  {
    names: /^(_ZN?K?St|_ZN?K?S[absiod]|_ZT[ISV]N?St|__cxa_|__gxx_personality)/,
    words: '',
    library: 'libstdc++.so.6',
  },
];

/** One clause on why the symbols are missing, with an example of each cause; empty when no cause is known. */
export function symbolCauses(names: readonly string[], family: LibcFamily | null): string {
  const reasons: string[] = [];
  if (family === 'musl') {
    const examples = new Map<SymbolCause, string>();
    for (const name of names) {
      const cause = causes.find((candidate) => candidate.names.test(name));
      if (cause !== undefined && !examples.has(cause)) examples.set(cause, name);
    }
    const told = causes.flatMap((cause) => {
      const example = examples.get(cause);
      if (example === undefined) return [];
      return [cause.words.startsWith(example) ? cause.words : `${cause.words} (${example})`];
    });
    if (told.length > 0) reasons.push(`musl has none of ${told.join(', ')}`);
  }
  for (const { names: pattern, library } of libraryCauses) {
    const example = names.find((name) => pattern.test(name));
    if (example !== undefined) reasons.push(`${example} is one of ${library}`);
  }
  return reasons.join('; ');
}
