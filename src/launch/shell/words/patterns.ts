import type { Value } from '../state.ts';

/** Longer values are not held against a pattern: a script may be written to make that slow. */
const longestMatched = 1024;
const longestTrimmed = 256;
const mostStars = 2;

/** A set in brackets as of a regular expression, and the place behind it; null for what depends on the locale. */
function setAt(pattern: string, at: number): { readonly source: string; readonly end: number } | null {
  const [all, not = '', members = ''] = /^\[([!^]?)([\w.@%+=:,/ -]+)\]/.exec(pattern.slice(at)) ?? [];
  if (all === undefined) return null;
  const ranges = members.replace(/0-9|a-z|A-Z/g, '');
  if (/[^-]-[^-]/.test(ranges) || members.includes('[:')) return null;
  const inner = members.replace(/0-9|a-z|A-Z|./g, (each) => (each.length > 1 ? each : `\\u${hex(each)}`));
  return { source: `[${not === '' ? '' : '^'}${inner}]`, end: at + all.length };
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');

/**
 * A pattern of the shell as a regular expression; null for one that depends on the locale, or that a script could make slow.
 */
function expressionOf(pattern: string): RegExp | null {
  if (pattern.length > longestMatched) return null;
  let source = '';
  let stars = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      if (pattern.charAt(at - 1) !== '*') source += '.*';
      if (pattern.charAt(at - 1) !== '*') stars++;
    } else if (character === '?') source += '.';
    else if (character === '[') {
      const set = setAt(pattern, at);
      if (set === null) return null;
      source += set.source;
      at = set.end - 1;
    } else {
      if (character === '\\') at++;
      source += `\\u${hex(pattern.charAt(at) || '\\')}`;
    }
  }
  return stars > mostStars ? null : new RegExp(`^(?:${source})$`, 's');
}

/** Text as a pattern that it alone fits. */
export const quotedPattern = (text: string): string => text.replace(/[*?[\\]/g, '\\$&');

/** Whether a value fits a pattern of the shell; null where that is not known. */
export function fitsPattern(value: Value, pattern: Value): boolean | null {
  if (pattern === '*') return true;
  if (value === null || pattern === null || value.length > longestMatched) return null;
  return expressionOf(pattern)?.test(value) ?? null;
}

/** `value` without its shortest or longest beginning or end that fits the pattern: `#`, `##`, `%`, `%%`. */
export function trimmed(value: string, operator: string, pattern: string): Value {
  const expression = expressionOf(pattern);
  if (expression === null || value.length > longestTrimmed) return null;
  const isPrefix = operator.startsWith('#');
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const piece = isPrefix ? value.slice(0, length) : value.slice(value.length - length);
    if (expression.test(piece)) return isPrefix ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

/** `[[ VALUE =~ EXPRESSION ]]`, where the expression is plain text with `^`, `$`, `.` and a few `.*`; else null. */
export function matchesExpression(value: Value, expression: Value): boolean | null {
  if (value === null || expression === null || value.length > longestMatched) return null;
  if (!/^\^?(?:[\w:@/-]|\.\*?)*\$?$/.test(expression) || expression.split('*').length > mostStars + 1)
    return null;
  return new RegExp(expression, 's').test(value);
}
