import { type Missing, type Phase, symbolKey, versionKey } from './outcome.ts';

const glibcVersion = /^(?:\S.*?: )?(\S+): (?:weak )?version `([^']+)' not found \(required by (.+)\)$/;
const glibcSymbol = /^undefined symbol: ([^,\t]+)(?:, version (\S+))?\t\((.+)\)$/;
const glibcNotFound = /^\t(.+) => not found$/;
const glibcRejected = /error while loading shared libraries: /;
const muslLibrary = /^Error loading shared library (.+?): .* \(needed by (.+)\)$/;
const muslSymbol = /^Error relocating (.+): (.+): symbol not found$/;

/** The phase in which a loader failed, by its message; null for an unknown message. */
export function phaseOfWords(said: string): Exclude<Phase, 'starts' | 'crash'> | null {
  for (const line of said.split('\n')) {
    if (/from (LD_PRELOAD|\/etc\/ld\.so\.preload) cannot be preloaded/.test(line)) continue;
    if (/: weak version `|no version information available/.test(line)) continue;
    if (/^qemu-\S+: Could not open '/.test(line)) return 'interpreter';
    if (/^qemu-\S+: .*(Invalid ELF image|Exec format error)/.test(line)) return 'exec';
    if (/: version `[^']+' not found \(required by /.test(line)) return 'version';
    if (/Inconsistency detected by ld\.so: dl-version\.c/.test(line)) return 'version';
    if (/Inconsistency detected by ld\.so: dl-(lookup|call-libc-early-init)\.c/.test(line)) return 'symbol';
    if (/symbol lookup error: |relocation error: |undefined symbol: |symbol not found$/.test(line))
      return 'symbol';
    if (/cannot allocate memory in static TLS block/.test(line)) return 'symbol';
    if (/^Error relocating |unsupported relocation type|unexpected reloc type/.test(line)) return 'symbol';
    if (/error while loading shared libraries: |^Error loading shared library |CPU ISA level/.test(line))
      return 'library';
    if (/cannot (open shared object file|enable executable stack|dynamically load|read file data)/.test(line))
      return 'library';
    if (
      /wrong ELF class|invalid ELF header|file too short|ELF file (data|OS ABI|version|ABI)|only ET_DYN/.test(
        line,
      )
    )
      return 'library';
    if (/object file has no (loadable segments|dynamic section)|ELF load command|DT_RELR without/.test(line))
      return 'library';
  }
  return null;
}

function collect(said: string, pattern: RegExp, key: (match: RegExpExecArray) => string): Set<string> {
  const found = new Set<string>();
  for (const line of said.split('\n')) {
    const match = pattern.exec(line);
    if (match !== null) found.add(key(match));
  }
  return found;
}

/** What glibc's list mode (LD_TRACE_LOADED_OBJECTS, LD_WARN, LD_BIND_NOW) says is missing; nothing is reported after a fatal error. */
export function missingOfGlibcList(said: string): Missing {
  const libraries = collect(said, glibcNotFound, (match) => match[1] ?? '');
  if (glibcRejected.test(said) || /Inconsistency detected by ld\.so/.test(said)) {
    return { libraries: null, versions: null, symbols: null };
  }
  return {
    libraries,
    versions: collect(said, glibcVersion, ([, file = '', version = '', by = '']) =>
      versionKey(version, file, by),
    ),
    symbols: collect(said, glibcSymbol, ([, name = '', version, by = '']) =>
      symbolKey(name, version ?? null, by),
    ),
  };
}

/** What musl says when it starts a program, or lists one: everything at once. */
export function missingOfMusl(said: string): Missing {
  return {
    libraries: collect(said, muslLibrary, (match) => match[1] ?? ''),
    versions: new Set(),
    symbols: collect(said, muslSymbol, ([, by = '', name = '']) => symbolKey(name, null, by)),
  };
}
