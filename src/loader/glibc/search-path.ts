/** Values of the dynamic string tokens for one object (G9); null where a token has no value. */
export interface TokenValues {
  readonly origin: string | null;
  readonly lib: string | null;
  readonly platform: string | null;
}

const token = /\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_]))/g;

/** Expands $ORIGIN, $LIB and $PLATFORM; null when one of them has no value: the whole element is dropped (G9). */
export function expandTokens(text: string, values: TokenValues): string | null {
  if (!text.includes('$')) return text;
  let dropped = false;
  const expanded = text.replace(token, (_whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare;
    const value = name === 'ORIGIN' ? values.origin : name === 'LIB' ? values.lib : values.platform;
    if (value === null) dropped = true;
    return value ?? '';
  });
  return dropped ? null : expanded;
}

/**
 * One search list as `fillin_rpath` reads it (G9): an empty element is the working directory, trailing slashes go,
 * a directory counts once. Each directory is returned as the prefix of a file name.
 */
export function splitSearchList(text: string, separators: RegExp, values: TokenValues): string[] {
  if (text === '') return [];
  const prefixes = new Set<string>();
  for (const element of text.split(separators)) {
    const expanded = expandTokens(element, values);
    if (expanded === null) continue;
    const prefix = expanded === '' ? './' : `${expanded.replace(/\/+$/, '')}/`;
    prefixes.add(prefix);
  }
  return [...prefixes];
}
