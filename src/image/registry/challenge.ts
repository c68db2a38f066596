/** A challenge of WWW-Authenticate (RFC 9110, section 11): the scheme in lower case and its parameters. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const schemePattern = /^\s*,?\s*([A-Za-z][\w-]*)(?=[\s,]|$)/;
const parameterPattern = /^\s*,?\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/;
const maxHeader = 16_384;

/** All challenges of the header, in order; unreadable ones are skipped. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let rest = header.slice(0, maxHeader);
  while (rest.trim() !== '') {
    const current = challenges[challenges.length - 1];
    const parameter = parameterPattern.exec(rest);
    if (parameter !== null && current !== undefined) {
      const value = (parameter[2] ?? parameter[3] ?? '').replace(/\\(.)/g, '$1');
      current.parameters.set((parameter[1] ?? '').toLowerCase(), value);
      rest = rest.slice(parameter[0].length);
      continue;
    }
    const scheme = schemePattern.exec(rest);
    if (scheme === null) break;
    challenges.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters: new Map() });
    rest = rest.slice(scheme[0].length);
  }
  return challenges;
}
