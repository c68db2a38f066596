/** A file that is neither an ELF file nor a script, by its first bytes. */
export type ForeignFile =
  /** `machines` as `uname -m` has them there; a fat file has several. `role` is null where the head does not show it. */
  | {
      readonly kind: 'mach-o';
      readonly role: 'program' | 'library' | 'object' | null;
      readonly machines: readonly string[];
    }
  | { readonly kind: 'pe'; readonly role: 'program' | 'library'; readonly machine: string | null }
  /** A PE file whose code is .NET's: it runs wherever the dotnet runtime does. */
  | { readonly kind: 'dotnet' }
  /** `size` in bytes is that of the file that the pointer takes the place of; null when it does not say. */
  | { readonly kind: 'git-lfs'; readonly size: number | null }
  /** A script that does not begin with its `#!`, and what stands before that. */
  | { readonly kind: 'late-shebang'; readonly before: 'byte-order-mark' | 'utf-16' | 'blank' | 'comment' }
  /** A first line that is one of `#!` but for its first two bytes: `!/bin/sh` or `# !/bin/sh`. */
  | { readonly kind: 'broken-shebang'; readonly by: 'no-hash' | 'space' }
  /** One word that can be the target of a symbolic link. */
  | { readonly kind: 'word'; readonly target: string }
  | { readonly kind: SimpleKind };

/** Kinds that the report only names. */
export type SimpleKind =
  | 'empty'
  | 'wasm'
  | 'bitcode'
  | 'static-library'
  | 'debian-package'
  | 'rpm-package'
  | 'zip'
  | 'gzip'
  | 'xz'
  | 'zstd'
  | 'bzip2'
  | '7z'
  | 'rar'
  | 'lz4'
  | 'compress'
  | 'tar'
  | 'squashfs'
  | 'python-bytecode'
  | 'aix'
  | 'plan9'
  | 'elf-stump'
  | 'java-class'
  | 'linker-script'
  | 'dockerfile'
  | 'batch-file'
  | 'web-page'
  | 'server-answer'
  | 'text'
  | 'data';
