import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, keyOf } from './finding.ts';
import { subjects } from './subjects.ts';
import { tryInput } from './try-input.ts';

/** A folder of inputs that found something, a folder for each subject: `KEY.bin`, and what it did in `KEY.txt`. */
export class Corpus {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps an input, unless the folder has one of the same cause that is no longer. */
  keep(finding: Finding, input: Uint8Array): void {
    const folder = join(this.#folder, finding.subject);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, keyOf(finding));
    if (existsSync(`${file}.bin`) && readFileSync(`${file}.bin`).length <= input.length) return;
    writeFileSync(`${file}.bin`, input);
    writeFileSync(`${file}.txt`, `${finding.kind}: ${finding.input}\n${finding.words}\n`);
  }

  /** The findings that its inputs of one subject still are. */
  async still(subject: string): Promise<Finding[]> {
    const folder = join(this.#folder, subject);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.bin')) : [];
    const fuzzer = names.length === 0 ? undefined : await subjects.get(subject)?.prepare();
    const found: Finding[] = [];
    for (const name of names.sort()) {
      const fault = fuzzer && (await tryInput(fuzzer, readFileSync(join(folder, name))));
      if (fault) found.push({ subject, input: name, ...fault });
    }
    return found;
  }
}
