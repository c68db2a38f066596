import { Cursor, NotMangled } from './cursor.ts';

const escapes: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

function unescaped(part: string): string {
  return part
    .replace(/^_\$/, '$')
    .replace(/\$(\w+)\$/g, (whole, code: string) => {
      if (/^u[0-9a-f]{1,6}$/.test(code)) {
        const point = Number.parseInt(code.slice(1), 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      }
      return escapes[code] ?? whole;
    })
    .replaceAll('..', '::');
}

/** The name of Rust's older scheme, which ends in a hash; null for a C++ name. */
export function legacyRustName(mangled: string): string | null {
  if (!/17h[0-9a-f]{16}E(\.|$)/.test(mangled)) return null;
  const cursor = new Cursor(mangled, '_ZN'.length);
  const parts: string[] = [];
  while (!cursor.take('E')) {
    const length = Number(cursor.match(/\d{1,4}/y));
    if (length === 0) return null;
    parts.push(cursor.next(length));
  }
  return parts.slice(0, -1).map(unescaped).join('::');
}

function identifier(cursor: Cursor): string {
  if (cursor.take('s')) cursor.match(/[0-9a-zA-Z]*_/y);
  if (cursor.take('u')) throw new NotMangled();
  const length = Number(cursor.match(/\d{1,4}/y));
  cursor.take('_');
  return length === 0 ? '' : cursor.next(length);
}

function path(cursor: Cursor): string {
  return cursor.within(() => {
    if (cursor.take('C')) return identifier(cursor);
    if (!cursor.take('N')) throw new NotMangled();
    const namespace = cursor.next();
    const parent = path(cursor);
    const name = identifier(cursor);
    return namespace === 'C' ? `${parent}::{closure}` : `${parent}::${name}`;
  });
}

/** A plain path of Rust's newer scheme (RFC 2603); throws NotMangled for generic ones. */
export const rustName = (mangled: string): string => path(new Cursor(mangled, '_R'.length));
