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
      describe: 'What reports say that the profile was made from (default: the file name)',
      docLong:
        'For `profile build`: what reports say that the profile was made from. Default: the file name.',
    },
  ],
} as const satisfies OptionGroup;
