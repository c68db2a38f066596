import type { ForeignFile } from './kinds.ts';

/** A longer text of one word is no link's: names of files are not longer (NAME_MAX). */
const longestTarget = 255;
/** What HTTP servers send in place of a file, and download commands without `--fail` save: a reason phrase, or JSON of an API. */
export const serverAnswer =
  /^\s*(?:(?:error:? ?)?\d{3}:? )?(?:not found|forbidden|unauthorized|access denied|moved permanently|bad gateway|service unavailable|too many requests|internal server error)\.?\s*$|^\s*\{\s*"(?:message|error|errors|documentation_url|detail)"\s*:/i;

/** How a Git LFS pointer begins (git-lfs, docs/spec.md). */
export const lfsPointer = 'version https://git-lfs.github.com/spec/';

/** What stands before the `#!` of a script; null for all that is no script, or begins with it. */
export function beforeShebang(text: string): Extract<ForeignFile, { kind: 'late-shebang' }>['before'] | null {
  if (text.startsWith('\xef\xbb\xbf#!')) return 'byte-order-mark';
  if (text.startsWith('\xff\xfe#\0!\0') || text.startsWith('\xfe\xff\0#\0!')) return 'utf-16';
  if (/^\s+#!/.test(text)) return 'blank';
  return /^(?:\s*\n|#(?!!)[^\n]*\n)+#![ \t]*\//.test(text) ? 'comment' : null;
}

/** What a text is, or data that is none; `size` is the length of the file of which `bytes` are the start. */
export function textual(bytes: Buffer, size: number): ForeignFile {
  const text = bytes.toString('latin1');
  const before = beforeShebang(text);
  if (before !== null) return { kind: 'late-shebang', before };
  const broken = /^(!|#[ \t]+!)[ \t]*\/\S/.exec(text)?.[1];
  if (broken !== undefined) return { kind: 'broken-shebang', by: broken === '!' ? 'no-hash' : 'space' };
  if (/[^\s\x20-\x7e\x80-\xff]/.test(text) || (/[\x80-\x9f]/.test(text) && !isUtf8(bytes)))
    return { kind: 'data' };
  if (text.startsWith(lfsPointer)) {
    const digits = /^size (\d{1,15})$/m.exec(text)?.[1];
    return { kind: 'git-lfs', size: digits === undefined ? null : Number(digits) };
  }
  if (text.includes('GNU ld script') || /^\s*(?:OUTPUT_FORMAT|GROUP|INPUT)\s*\(/.test(text))
    return { kind: 'linker-script' };
  if (/^\s*(?:<!doctype html|<html|<\?xml)/i.test(text)) return { kind: 'web-page' };
  if (serverAnswer.test(text)) return { kind: 'server-answer' };
  if (/^\s*@(?:echo|setlocal|rem|if|cmd|node)\b/i.test(text)) return { kind: 'batch-file' };
  if (isDockerfile(text)) return { kind: 'dockerfile' };
  const target = wordOf(text, size);
  return target === null ? { kind: 'text' } : { kind: 'word', target };
}

/** Whether the head of a file is UTF-8; a character may be cut off at its end. */
const isUtf8 = (bytes: Buffer): boolean => !/\ufffd(?!$)/.test(bytes.toString('utf8'));

/** Whether the first instruction is one that a Dockerfile begins with. */
function isDockerfile(text: string): boolean {
  const line = text.split(/\r?\n/).find((each) => each.trim() !== '' && !each.startsWith('#'));
  return line !== undefined && /^(?:FROM\s+\S+|ARG\s+\w+)/i.test(line.trim()) && !/[;{}()]/.test(line);
}

/** The only word of a text, as a link that became a text holds its target; null when there is more, or less. */
export function wordOf(text: string, size: number): string | null {
  if (size > Math.min(longestTarget, text.length)) return null;
  return /^(\S+)\n?$/.exec(text)?.[1] ?? null;
}
