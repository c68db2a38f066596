/** What `env` says of a -S text that it cannot split. */
export const splitErrors = {
  quote: 'no terminating quote in -S string',
  backslash: 'invalid backslash at end of string in -S',
  endInQuotes: "'\\c' must not appear in double-quoted -S string",
} as const;

/** A backslash and a letter that together mean nothing. */
export const noSequence = (letter: string): string => `invalid sequence '\\${letter}' in -S`;

/** A dollar that is not `${NAME}`, with what follows it. */
export const noVariable = (rest: string): string =>
  `only \${VARNAME} expansion is supported, error at: ${rest}`;

/** `${NAME}`, with its name. */
export const variablePattern = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}/;

/** What is wrong with a backslash, by the letter behind it. */
function wrongEscape(letter: string, quote: string | null): string | null {
  if (quote === '"' && letter === 'c') return splitErrors.endInQuotes;
  if (letter === '') return splitErrors.backslash;
  return 'cfnrtv#$_"\'\\'.includes(letter) ? null : noSequence(letter);
}

/**
 * validate_split_str of coreutils 8.30 to 8.32: it checks a text to its end, comments and what stands in single quotes included, and
 * counts its words.
 */
export function checkWhole(text: string): { readonly said: string | null; readonly words: number } {
  let quote: string | null = null;
  let wasBlank = false;
  let words = 1;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const isBlank = quote === null && /[ \t\n\v\f\r]/.test(char);
    if (wasBlank && !isBlank) words++;
    wasBlank = isBlank;
    let said: string | null = null;
    if ((char === '"' || char === "'") && (quote === null || quote === char)) {
      quote = quote === null ? char : null;
    } else if (char === '\\') {
      at++;
      said = wrongEscape(text.charAt(at), quote);
      if (text.charAt(at) === '_') words++;
    } else if (char === '$' && quote !== "'" && !variablePattern.test(text.slice(at))) {
      said = noVariable(text.slice(at));
    }
    if (said !== null) return { said, words };
  }
  return { said: quote === null ? null : splitErrors.quote, words };
}
