const ascii = /^[\0-\x7f]*$/;
const bytesOnly = /^[\0-\xff]*$/;

/** A string of raw bytes (one character a byte) as the UTF-8 text that it is; any other string as it stands. */
export function textOfBytes(text: string): string {
  if (ascii.test(text) || !bytesOnly.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

/** The same for every string of a plain value: paths and names of files come as raw bytes, reports hold text. */
export function textsOfBytes<T>(value: T): T {
  if (typeof value === 'string') return textOfBytes(value) as T;
  if (Array.isArray(value)) return value.map(textsOfBytes) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, textsOfBytes(each)])) as T;
}
