import type { Random } from '../differential/mutated/random.ts';

/** What makes readers of texts stumble, whatever the text is. */
const odd = [
  ...[
    '',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\0',
    '\x1b[2J',
    '\xff',
    '\xe2\x80\xae',
    '\\',
    '\\\n',
    '"',
    "'",
    '`',
    '#',
    ';',
  ],
  ...[
    '0',
    '-1',
    '1e9',
    '99999999999999999999',
    '4294967296',
    '*',
    '**/*',
    '..',
    '/',
    '//',
    '$',
    '${',
    '$(',
    '((',
    ']',
  ],
];

const join = (parts: readonly string[]): string => parts.join('');

/** The words and the marks between them. */
const piecesOf = (text: string): string[] => text.match(/[A-Za-z0-9_./-]+|\s|[^A-Za-z0-9_./\s-]/g) ?? [];

function changedOnce(text: string, words: readonly string[], random: Random): string {
  const pieces = piecesOf(text);
  const at = random.below(pieces.length + 1);
  const word = random.below(3) === 0 ? random.of(odd) : random.of(words);
  const before = pieces.slice(0, at);
  switch (random.below(7)) {
    case 0:
      return join([...before, word, ...pieces.slice(at)]);
    case 1:
      return join([...before, word, ...pieces.slice(at + 1)]);
    case 2:
      return join([...before, ...pieces.slice(at + 1 + random.below(6))]);
    case 3: {
      const from = random.below(pieces.length + 1);
      return join([...before, ...pieces.slice(from, from + random.below(24)), ...pieces.slice(at)]);
    }
    case 4: {
      const again = pieces.slice(at, at + 1 + random.below(12)).join('');
      return join([...before, again.repeat(1 + random.below(random.of([2, 4, 40]))), ...pieces.slice(at)]);
    }
    case 5: {
      const lines = text.split('\n');
      const [one, other] = [random.below(lines.length), random.below(lines.length)];
      [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
      return lines.join('\n');
    }
    default:
      return join(before);
  }
}

const longest = 20_000;

/** A text with some words exchanged, doubled, moved, cut, or of the list; one character is one byte. */
export function changedText(text: string, words: readonly string[], random: Random): string {
  let result = text;
  for (let left = 1 + random.below(random.of([1, 2, 4, 12])); left > 0; left--)
    result = changedOnce(result, words, random).slice(0, longest);
  return result;
}
