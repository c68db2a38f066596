import { formatIdsOf } from '../../report/formats.ts';
import type { OptionGroup } from './option.ts';

/** The format of a document. */
export const formatOptions = {
  heading: 'Report',
  options: [
    {
      name: 'format',
      kind: 'value',
      value: 'FORMAT',
      choices: formatIdsOf,
      example: 'json',
      describe: 'Format of the report (default: text)',
      docLong: 'The format of the report. Default: `text`. [json.md](json.md) describes the JSON document.',
    },
    {
      name: 'json',
      kind: 'flag',
      describe: 'The same as --format json',
      docLong: 'The same as `--format json`.',
    },
  ],
} as const satisfies OptionGroup;

/** Where a document goes and how it looks there. */
export const outputOptions = {
  heading: 'Report',
  options: [
    {
      name: 'output',
      short: 'o',
      kind: 'value',
      value: 'FILE',
      example: 'report.json',
      describe: 'Write to this file instead of standard output',
      docLong:
        'Write to a file instead of standard output. The file is replaced whole or not at all, so that a full disk keeps the ' +
        'last report; a FIFO or device is written to. A file that is being checked is refused.',
    },
    {
      name: 'color',
      kind: 'flag',
      describe: 'Colours, also when not writing to a terminal',
      docLong:
        'Colours, also when not writing to a terminal. This option and `--no-color` win over NO_COLOR and FORCE_COLOR.',
    },
    { name: 'no-color', kind: 'flag', describe: 'No colours', docLong: 'No colours.' },
  ],
} as const satisfies OptionGroup;

/** How much a document shows. */
export const detailOptions = {
  heading: 'Report',
  options: [
    {
      name: 'verbose',
      short: 'v',
      kind: 'flag',
      describe: 'Add the tree of libraries and every place that was tried',
      docLong:
        'Add the tree of libraries with how each was found and every place that was tried, all evidence of each finding, what a ' +
        'profile was made from, and print hashes in full.',
    },
  ],
} as const satisfies OptionGroup;

/** What a gate needs besides the exit status. */
export const gateOptions = {
  heading: 'Report',
  options: [
    {
      name: 'quiet',
      short: 'q',
      kind: 'flag',
      describe: 'Print no report and no progress: the exit status tells the verdict',
      docLong:
        'No report on standard output and no progress: the exit status tells the verdict. Errors still go to standard error.',
    },
    {
      name: 'strict',
      kind: 'flag',
      describe: 'Warnings fail too: exit status 1',
      docLong: 'Warnings fail too: exit status 1. The verdict in the report stays what it is.',
    },
  ],
} as const satisfies OptionGroup;
