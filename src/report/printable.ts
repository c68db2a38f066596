/**
 * Characters that could move the cursor, change colours, or make text read differently from what it is: C0 and C1 controls,
 * DEL, line and paragraph separators, bidirectional marks, embeddings, overrides and isolates, the byte-order mark,
 * and surrogates that stand alone.
 */
const unprintableBeyondC0 =
  '\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\u{d800}-\\u{dfff}';
const unprintable = new RegExp(`[\\u0000-\\u001f${unprintableBeyondC0}]`, 'gu');
/** JSON itself escapes C0 controls; those that are left are its line breaks. */
const unprintableInJson = new RegExp(`[${unprintableBeyondC0}]`, 'gu');

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** `text` as it can safely be shown on one line of a terminal: what could act on it is shown as an escape, `\x1b`. */
export function printable(text: string): string {
  return text.replace(unprintable, visible);
}

/** Like `printable`, but line breaks stay line breaks. */
export function printableLines(text: string): string[] {
  return text.split('\n').map(printable);
}

/** A JSON text with those characters that JSON lets through raw written as `\uXXXX`: the same document, safe to look at. */
export function printableJson(json: string): string {
  return json.replace(
    unprintableInJson,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** `value` as a JSON document, indented by two, with a line break at its end. Safe to look at, as `printableJson` makes it. */
export function jsonDocument(value: unknown): string {
  return `${printableJson(JSON.stringify(value, null, 2))}\n`;
}
