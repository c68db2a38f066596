import type { OptionGroup } from './option.ts';

/** What a profile says of itself. */
export const profileOptions = {
  heading: 'Profile',
  options: [
    {
      name: 'name',
      kind: 'value',
      value: 'NAME',
      example: 'my-base:1.0',
      describe: 'Name that reports give to what a profile was made from (default: its file name)',
      docLong:
        'For `profile build`: the name that reports give to what the profile was made from. Default: its file name.',
    },
  ],
} as const satisfies OptionGroup;
