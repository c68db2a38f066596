import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of the loader specification, from the root of the project. */
export const specification = 'docs/loader';

/** One rule of the specification: a heading `### G45: Title` and the text up to the next heading. */
export interface LoaderRule {
  readonly id: string;
  /** Page and line of the heading. */
  readonly page: string;
  readonly line: number;
  /** The fragment that GitHub gives to the heading. */
  readonly anchor: string;
  readonly text: string;
}

/** Something at a line of a file, both from the root of the project. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Citation extends Place {
  readonly id: string;
}

export interface Link extends Place {
  readonly target: string;
}

/** The fragment that GitHub makes of a heading's text. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

export const linesOf = (file: string): readonly string[] =>
  readFileSync(join(root, file), 'utf8').split('\n');

/** Files below a folder whose names end so, sorted, from the root of the project. */
export function filesBelow(folder: string, ending: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => join(folder, path))
    .sort();
}

const ruleHeading = /^### (([A-Z]\d{1,2}b?): .*)$/;

function rulesOf(page: string): readonly LoaderRule[] {
  const lines = linesOf(page);
  const heads = lines.flatMap((line, index) => (/^#{1,3} /.test(line) ? [index] : []));
  return heads.flatMap((start, at) => {
    const [, heading = '', id] = ruleHeading.exec(lines[start] ?? '') ?? [];
    if (id === undefined) return [];
    const text = lines
      .slice(start + 1, heads[at + 1])
      .join('\n')
      .trim();
    return [{ id, page, line: start + 1, anchor: anchorOf(heading), text }];
  });
}

/** Every rule of the specification, in the order of pages and headings. */
export const loaderRules: readonly LoaderRule[] = filesBelow(specification, /\.md$/).flatMap(rulesOf);

/**
 * A citation: the letter of a page (R, K, G, M, U, B, S, I), one or two digits and perhaps a `b`, as a word of its own. A word goes on
 * with letters, digits, `_`, `-`, `$`, `#`, `.` and `/` in front of it, and with letters, digits, `_` and `-` behind it, so
 * that CX16, IA32, avx512_1, a part of a path, and the fragment of a link are none.
 */
const citation = /(?<![\w$#./-])[RKGMUBSI]\d{1,2}b?(?![\w-])/g;

export const citationsIn = (file: string): readonly Citation[] =>
  linesOf(file).flatMap((text, index) =>
    [...text.matchAll(citation)].map(([id]) => ({ id, file, line: index + 1 })),
  );

/** Targets of a page's links: `[text](target)` and `[label]: target`. */
export const linksIn = (file: string): readonly Link[] =>
  linesOf(file).flatMap((text, index) =>
    [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/g)].map(([, inline, defined]) => ({
      file,
      line: index + 1,
      target: inline ?? defined ?? '',
    })),
  );
