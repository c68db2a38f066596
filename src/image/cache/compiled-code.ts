interface Compiled {
  /** Of this program. */
  readonly version: string;
  readonly commit: string;
  /** Of Node, with the `v` in front. */
  readonly node: string;
  readonly architecture: string;
  /** A command, or a package that few runs need. */
  readonly part: string;
}

/** The path in the cache folder of the code that V8 compiled of the bundle. */
export const compiledCodePath = ({ version, commit, node, architecture, part }: Compiled): string =>
  `code/${version}-${commit}-${node}-${architecture}-${part}`;

/** As a regular expression: those paths, also of a file that a killed process left behind, and no others. */
export const compiledCodePattern =
  'code/\\d+\\.\\d+\\.\\d+-\\w+-v\\d+\\.\\d+\\.\\d+-[a-z0-9]+-[a-z-]+(?:\\.\\d+)?';
