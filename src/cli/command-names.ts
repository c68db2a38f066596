export const commandNames = [
  'check',
  'inspect',
  'profile',
  'cache',
  'explain',
  'completion',
  'version',
  'help',
] as const;
export type CommandName = (typeof commandNames)[number];
