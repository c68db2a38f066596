/** The part of elf-tools 1.1.2 that is used; the package has no types of its own. */
declare module 'elf-tools' {
  export interface ParsedProgramHeader {
    readonly type: string | undefined;
    readonly flags: string;
    readonly offset: number;
    readonly vaddr: number;
    readonly filesz: number;
    readonly memsz: number;
    readonly align: number;
  }
  export interface ParsedElf {
    readonly header: {
      readonly class: string;
      readonly endian: string;
      readonly type: string | undefined;
      readonly machine: string | undefined;
      readonly version: number;
      readonly flags: number;
      readonly phnum: number;
    };
    readonly programs: readonly { readonly header: ParsedProgramHeader }[];
  }
  /** Writes into `image`. Throws TypeError without a section table, Error for a number above 2^53. */
  export function parse(image: Buffer): ParsedElf;
}
