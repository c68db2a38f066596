import type { OptionGroup } from './option.ts';

/** What every command has. */
export const generalOptions = {
  heading: 'Other',
  options: [
    {
      name: 'help',
      short: 'h',
      kind: 'flag',
      describe: 'Show this help',
      docLong: 'Show the help of the command.',
    },
    {
      name: 'version',
      short: 'V',
      kind: 'flag',
      describe: 'Show version and commit',
      docLong: 'Show version and commit.',
    },
  ],
} as const satisfies OptionGroup;
