/**
 * Text of files, images and command lines as it can be shown: what acts on a terminal, what cannot be seen, and what only looks like
 * something else is written as an escape.
 */

/**
 * Controls, format characters (bidirectional marks, zero width, tags), other characters that are ignored by default (Unicode
 * Default_Ignorable_Code_Point), line and paragraph separators, private use, and surrogates that stand alone.
 */
const unseen = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cs}';
const unseenCharacters = new RegExp(`[${unseen}]`, 'gu');
/** JSON itself escapes C0 controls; those that are left are its line breaks. */
const unseenInJson = new RegExp(`(?![\\u0000-\\u001f])[${unseen}]`, 'gu');

/** Of other scripts, what looks like a letter of ASCII (Unicode Technical Standard 39, confusables). */
const twins = new Set('асеорхуіјѕһԁԛԝӏАВЕЅІЈКМНОРСТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυικտոսօցզհ');
const areTwins = (run: string): boolean => [...run].every((letter) => twins.has(letter));
const letters = /[\p{L}\p{M}]+/gu;
const otherLetter =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Coptic}\p{Script=Cherokee}\p{Script=Lisu}]/gu;
const word = /[\p{L}\p{M}\p{N}._+-]+/gu;
/** Marks that look like a slash, a hyphen or a minus. */
const otherMarks = /[\u2010\u2011\u2043\u2212\u2044\u2215\u29f8]/gu;
const beyondAscii = /[^\p{ASCII}]/u;
const asciiLetter = /[A-Za-z]/;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 1)}}`;
}

/** A full-width, mathematical or otherwise styled form of one character of ASCII, such as `ｘ`, `𝐱` and a blank of another width. */
function isStyled(character: string): boolean {
  const plain = character.normalize('NFKC');
  return plain.length === 1 && plain !== character && !beyondAscii.test(plain);
}

/** Letters of another script that stand among those of ASCII, or that all look like them. */
const withoutTwins = (text: string): string =>
  text.replace(word, (whole) =>
    asciiLetter.test(whole)
      ? whole.replace(letters, (run) =>
          asciiLetter.test(run) || areTwins(run) ? run.replace(otherLetter, escaped) : run,
        )
      : whole,
  );

/** `text` on one line, safe to show: `\x1b`, `\u200b`, `\u{e0041}`. */
export function visible(text: string): string {
  const seen = text.replace(unseenCharacters, escaped);
  if (!beyondAscii.test(seen)) return seen;
  return withoutTwins(seen)
    .replace(otherMarks, escaped)
    .replace(/[^\p{ASCII}]/gu, (character) => (isStyled(character) ? escaped(character) : character));
}

/** A JSON text with what cannot be seen written as JSON's own `\uXXXX`: the same document. */
export function visibleJson(json: string): string {
  return json.replace(unseenInJson, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(''),
  );
}
