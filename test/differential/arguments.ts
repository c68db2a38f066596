import { parseArgs } from 'node:util';

export interface DifferentialArguments {
  /** Folder whose folders are root file systems. */
  readonly rootfs: string | null;
  /** Folder with binaries, at any depth. */
  readonly binaries: string | null;
  /** Folder in which a corpus is built first; it has `rootfs` and `binaries` then. */
  readonly build: string | null;
  /** Folder with a corpus of recorded outcomes. */
  readonly corpus: string | null;
  /** Folder with the images and files of that corpus. */
  readonly corpusFiles: string | null;
  readonly small: boolean;
  readonly docker: boolean;
  readonly dockerPairs: number;
  readonly perImage: number;
  readonly only: RegExp | null;
  readonly json: string | null;
  readonly markdown: string | null;
}

export const usage = `npm run test:differential -- [options]

Compares libc-check with the real kernel and loaders: exit 1 on any disagreement.

  --rootfs DIR        root file systems, one in each folder of DIR; DIR/NAME.env has the variables of image NAME
  --binaries DIR      ELF files, at any depth below DIR
  --build DIR         build the corpus of Debian's and npm's packages in DIR first, and take both from there
  --small             a corpus that is built and compared in a few minutes
  --docker            ask \`docker run\` too, for a sample of the pairs
  --docker-pairs N    how many (200)
  --per-image N       most binaries of its own architecture for each image (400)
  --only PATTERN      only pairs whose "IMAGE BINARY" matches
  --corpus DIR        replay recorded outcomes: DIR/truth.jsonl.gz
  --corpus-files DIR  where the images and files of that corpus were built
  --json FILE         write every comparison
  --markdown FILE     write the tables
`;

/** Throws Error with one line for what cannot be understood. */
export function readArguments(words: readonly string[]): DifferentialArguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{
        rootfs: text,
        binaries: text,
        build: text,
        corpus: text,
        'corpus-files': text,
        json: text,
        markdown: text,
        only: text,
      },
      ...{ 'docker-pairs': text, 'per-image': text, small: flag, docker: flag },
    },
  });
  const number = (word: string | undefined, otherwise: number) => {
    const value = word === undefined ? otherwise : Number(word);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`not a number of pairs: ${word}`);
    return value;
  };
  if ((values.rootfs === undefined) !== (values.binaries === undefined))
    throw new Error('--rootfs and --binaries come together');
  return {
    rootfs: values.rootfs ?? null,
    binaries: values.binaries ?? null,
    build: values.build ?? null,
    corpus: values.corpus ?? null,
    corpusFiles: values['corpus-files'] ?? values.corpus ?? null,
    small: values.small,
    docker: values.docker,
    dockerPairs: number(values['docker-pairs'], 200),
    perImage: number(values['per-image'], 400),
    only: values.only === undefined ? null : new RegExp(values.only),
    json: values.json ?? null,
    markdown: values.markdown ?? null,
  };
}
