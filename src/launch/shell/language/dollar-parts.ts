import type { Shell } from '../../../loader/scripts/shells.ts';
import type { Part } from './syntax.ts';

/** `$'…'` of bash. */
export function ansiQuoted(text: string): Part {
  const plain = text.replace(/\\([nt'"\\])/g, (_, of: string) => ({ n: '\n', t: '\t' })[of] ?? of);
  if (/\\/.test(text.replace(/\\[nt'"\\]/g, ''))) return { kind: 'opaque', quoted: true, isMany: false };
  return { kind: 'text', text: plain, quoted: true };
}

/** Of bash alone: `${!X}`, `${X[0]}`, `${X^^}`, `${X@Q}`; dash also lacks `${X:1}` and `${X/a/b}` (Debian 12, Alpine 3.20). */
function isBad(text: string, shell: Shell): boolean {
  if (shell === 'bash') return false;
  if (/^![A-Za-z_]|^#?[A-Za-z_]\w*\[|^[\w@*]+(?:\^|,|@[A-Za-z]$)/.test(text)) return true;
  return shell === 'dash' && /^[\w@*]+(?:\/|:(?![-=?+]))/.test(text);
}

/** What stands in `${…}`. */
export function braced(text: string, quoted: boolean, shell: Shell): Part {
  if (isBad(text, shell)) return { kind: 'bad', quoted };
  if (/^BASH_SOURCE(?:\[0\])?$/.test(text))
    return { kind: 'parameter', name: 'BASH_SOURCE', operator: '', argument: '', quoted };
  const [, called] = /^FUNCNAME\[([01])\]$/.exec(text) ?? [];
  if (called !== undefined)
    return { kind: 'parameter', name: `FUNCNAME${called}`, operator: '', argument: '', quoted };
  const [, pointer, of_ = '', given = ''] = /^!([A-Za-z_]\w*)(?:(:?[-+])(.*))?$/s.exec(text) ?? [];
  if (pointer !== undefined && !/^\[|[*@]$/.test(given))
    return { kind: 'parameter', name: `!${pointer}`, operator: of_, argument: given, quoted };
  const [, prefix] = /^!([A-Za-z_]\w*)[@*]$/.exec(text) ?? [];
  if (prefix !== undefined)
    return { kind: 'parameter', name: prefix, operator: 'names', argument: '', quoted };
  const [, counted] = /^#([A-Za-z_]\w*)$/.exec(text) ?? [];
  if (counted !== undefined)
    return { kind: 'parameter', name: counted, operator: 'length', argument: '', quoted };
  const [, first] = /^@:(\d{1,4})$/.exec(text) ?? [];
  if (first !== undefined && first !== '0')
    return { kind: 'parameter', name: '@', operator: 'from', argument: first, quoted };
  const [, of, piece] = /^([A-Za-z_]\w*|[0-9]+):(\d{1,4}(?::\d{1,4})?)$/.exec(text) ?? [];
  if (of !== undefined && piece !== undefined)
    return { kind: 'parameter', name: of, operator: 'piece', argument: piece, quoted };
  const [, name = '', operator = '', argument = ''] =
    /^([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(:?[-=?+]|##?|%%?|)(.*)$/s.exec(text) ?? [];
  const length = /^#([A-Za-z_]\w*|[0-9]+)$/.exec(text);
  if (length !== null || name === '' || (operator === '' && argument !== ''))
    return { kind: 'opaque', quoted, isMany: /^!?\w*\[[@*]\]|^[@*]|^!\w+[@*]$/.test(text) };
  return { kind: 'parameter', name, operator, argument, quoted };
}
