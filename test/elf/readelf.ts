import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One program header as `readelf -l` prints it; the type by readelf's own name. */
export interface ReadelfSegment {
  readonly type: string;
  /** Offset, address, file size, memory size, flags (`R`, `W`, `E`), alignment, joined by blanks. */
  readonly text: string;
}

/** The compared part of `readelf`'s output for one file. */
export interface ReadelfFile {
  readonly path: string;
  class: string;
  data: string;
  entry: string;
  flags: number;
  segments: ReadelfSegment[];
  interp: string | null;
  /** Tag name and value of every dynamic entry. */
  dynamic: [tag: string, value: string][];
  /** Null when readelf finds no .dynsym section to show. */
  symbols: string[] | null;
  verdef: string[] | null;
  verneed: string[] | null;
  /** Sections of each segment, as readelf maps them. */
  sectionsOf: string[][];
  /** Owner and size of every note, with the section's name (or `file offset …` when there are no sections). */
  notes: { section: string; text: string }[];
  buildId: string | null;
  abiTag: string | null;
  isaNeeded: string | null;
}

const options = ['-W', '-h', '-l', '-d', '-V', '--dyn-syms', '-n'];

/** Runs readelf with many files a call and returns its output file by file, in their order. */
export async function* readelf(paths: readonly string[]): AsyncGenerator<ReadelfFile> {
  for (let start = 0; start < paths.length; start += 200) {
    // readelf names the files only when there are two or more.
    const batch = [...paths.slice(start, start + 200), '/dev/null'];
    const child = spawn('readelf', [...options, '--', ...batch], {
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let file: Parser | null = null;
    for await (const line of createInterface({ input: child.stdout.setEncoding('latin1') })) {
      if (line.startsWith('File: ')) {
        if (file !== null) yield file.result;
        file =
          line === 'File: /dev/null' ? null : new Parser(Buffer.from(line.slice(6), 'latin1').toString());
      } else file?.line(line);
    }
    if (file !== null) yield file.result;
  }
}

type Section =
  | 'header'
  | 'segments'
  | 'dynamic'
  | 'symbols'
  | 'verdef'
  | 'verneed'
  | 'notes'
  | 'mapping'
  | 'other';

class Parser {
  readonly result: ReadelfFile;
  #section: Section = 'header';
  #noteSection = '';

  constructor(path: string) {
    this.result = {
      path,
      class: '',
      data: '',
      entry: '',
      flags: 0,
      segments: [],
      interp: null,
      dynamic: [],
      symbols: null,
      verdef: null,
      verneed: null,
      notes: [],
      buildId: null,
      abiTag: null,
      sectionsOf: [],
      isaNeeded: null,
    };
  }

  line(line: string): void {
    if ((line.charCodeAt(0) > 32 || line.startsWith(' Section')) && this.#startSection(line)) return;
    if (this.#section === 'symbols') this.#symbol(line);
    else if (this.#section !== 'other') this[`_${this.#section}`](line);
  }

  #startSection(line: string): boolean {
    const { result } = this;
    if (line.startsWith('Program Headers:')) this.#section = 'segments';
    else if (line.startsWith(' Section to Segment mapping')) this.#section = 'mapping';
    else if (line.startsWith('Dynamic section')) this.#section = 'dynamic';
    else if (line.startsWith("Symbol table '.dynsym'")) {
      this.#section = 'symbols';
      result.symbols = [];
    } else if (line.startsWith('Version definition section')) {
      this.#section = 'verdef';
      result.verdef = [];
    } else if (line.startsWith('Version needs section')) {
      this.#section = 'verneed';
      result.verneed = [];
    } else if (line.startsWith('Displaying notes')) {
      this.#section = 'notes';
      this.#noteSection = line.replace(/^.*: /, '');
    } else if (/^(Version symbols|Symbol table|Histogram|Symbol table for)/.test(line))
      this.#section = 'other';
    else return false;
    return true;
  }

  _header(line: string): void {
    const field = /^ {2}([^:]+): +(.*)$/.exec(line);
    if (field === null) return;
    const [, name, value = ''] = field;
    if (name === 'Class') this.result.class = value;
    else if (name === 'Data') this.result.data = value;
    else if (name === 'Entry point address') this.result.entry = value;
    else if (name === 'Flags') this.result.flags = Number.parseInt(value, 16);
  }

  _segments(line: string): void {
    const interp = /^ +\[Requesting program interpreter: (.*)\]$/.exec(line);
    if (interp !== null) this.result.interp = interp[1] ?? '';
    const fields =
      /^ {2}(\S+) +(0x[0-9a-f]+) (0x[0-9a-f]+) 0x[0-9a-f]+ (0x[0-9a-f]+) (0x[0-9a-f]+) (R| )(W| )(E| ) (0x[0-9a-f]+|0)$/.exec(
        line,
      );
    if (fields === null) return;
    const [, type = '', offset, vaddr, filesz, memsz, r, w, e, align] = fields;
    const numbers = [offset, vaddr, filesz, memsz].map(Number).join(' ');
    this.result.segments.push({
      type,
      text: `${numbers} ${`${r}${w}${e}`.replaceAll(' ', '')} ${Number(align)}`,
    });
  }

  _mapping(line: string): void {
    const fields = /^ +(\d+) +(\S.*)?$/.exec(line);
    if (fields !== null) this.result.sectionsOf[Number(fields[1])] = fields[2]?.trim().split(' ') ?? [];
  }

  _dynamic(line: string): void {
    const fields = /^ 0x[0-9a-f]+ \(([^)]*)\) +(.*)$/.exec(line);
    if (fields !== null) this.result.dynamic.push([fields[1] ?? '', fields[2] ?? '']);
  }

  #symbol(line: string): void {
    const fields =
      /^ *\d+: ([0-9a-f]+) +(0x[0-9a-f]+|\d+) (<[^>]*>: \d+|\S+) +(<[^>]*>: \d+|\S+) +(\S+) +(?:\[.*?\] +)?(\S+) ?(.*)$/.exec(
        line,
      );
    if (fields === null) return;
    const [, value, size, type = '', binding = '', visibility, section, name = ''] = fields;
    const zero = /^0*$/.test(value ?? '') ? '0' : '!0';
    const text = type === 'SECTION' ? '' : name.replace(/ \(\d+\)$/, '');
    this.result.symbols?.push(
      `${zero} ${Number(size)} ${plain(type)} ${plain(binding)} ${visibility} ${section} ${text}`,
    );
  }

  _verdef(line: string): void {
    const fields = /Rev: \d+ +Flags: (.*?) +Index: (\d+) +Cnt: \d+ +Name: (.*)$/.exec(line);
    if (fields === null) return;
    const [, flags = '', index, name] = fields;
    this.result.verdef?.push(`${index} ${name}${flags.includes('BASE') ? ' base' : ''}`);
  }

  _verneed(line: string): void {
    const file = /Version: \d+ +File: (.*?) +Cnt: \d+$/.exec(line);
    if (file !== null) this.result.verneed?.push(`file ${file[1]}`);
    const version = /Name: (.*?) +Flags: (.*?) +Version: \d+$/.exec(line);
    if (version !== null)
      this.result.verneed?.push(`${version[1]}${version[2]?.includes('WEAK') ? ' weak' : ''}`);
  }

  _notes(line: string): void {
    // binutils 2.40 prints all unknown notes on one line.
    for (const [, owner, size = ''] of line.matchAll(/(?:^|\t) {2}(\S[^\t]*?) +0x([0-9a-f]{8})(?=\t)/g)) {
      this.result.notes.push({ section: this.#noteSection, text: `${owner} ${Number.parseInt(size, 16)}` });
    }
    this.result.buildId ??= /Build ID: ([0-9a-f]+)/.exec(line)?.[1] ?? null;
    this.result.abiTag ??= /OS: (.*), ABI: ([\d.]+)/.exec(line)?.slice(1).join(' ') ?? null;
    this.result.isaNeeded ??= /x86 ISA needed: ([^\t]*?)(?:$|, x86|\t)/.exec(line)?.[1] ?? null;
  }
}

/** readelf has words for STT_GNU_IFUNC and STB_GNU_UNIQUE only where e_ident says GNU: the number then. */
function plain(word: string): string {
  return /^(IFUNC|UNIQUE)$/.test(word) ? '10' : word.replace(/^<[^>]*>: /, '');
}
