import { parseArgs } from 'node:util';

export interface CuresArguments {
  readonly rootfs: string;
  readonly binaries: string;
  /** Folder for the indexes and files of packages, kept from run to run. */
  readonly packages: string;
  readonly perImage: number;
  readonly only: RegExp | null;
  readonly json: string | null;
  readonly markdown: string | null;
}

export const usage = `npm run test:cures -- --rootfs DIR --binaries DIR [options]

Carries out the first remedy of each start that fails, in a copy of the image, and starts the program again for real:
exit 1 when one that is printed as proven does not start.

  --rootfs DIR     root file systems, one in each folder of DIR
  --binaries DIR   ELF files, at any depth below DIR
  --packages DIR   where packages are kept (default: thrown away)
  --per-image N    most binaries for each image (40)
  --only PATTERN   only pairs whose "IMAGE BINARY" matches
  --json FILE      write every pair
  --markdown FILE  write the tables
`;

/** Throws Error with one line for what cannot be understood. */
export function readArguments(words: readonly string[], scratch: string): CuresArguments {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ rootfs: text, binaries: text, packages: text, 'per-image': text },
      ...{ only: text, json: text, markdown: text },
    },
  });
  const { rootfs, binaries } = values;
  if (rootfs === undefined || binaries === undefined) throw new Error('--rootfs and --binaries are needed');
  const perImage = Number(values['per-image'] ?? 40);
  if (!Number.isSafeInteger(perImage) || perImage < 1) throw new Error('--per-image is not a number');
  return {
    rootfs,
    binaries,
    packages: values.packages ?? scratch,
    perImage,
    only: values.only === undefined ? null : new RegExp(values.only),
    json: values.json ?? null,
    markdown: values.markdown ?? null,
  };
}
