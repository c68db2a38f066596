import { type CommandName, commandNames } from '../command-names.ts';
import { cacheOptions, cacheUseOptions } from './cache-options.ts';
import {
  commandOptions,
  copyOptions,
  machineOptions,
  privilegeOptions,
  startOptions,
} from './container-options.ts';
import { generalOptions } from './general-options.ts';
import { imageOptions, platformOptions, registryOptions } from './image-options.ts';
import type { Option, OptionGroup } from './option.ts';
import { profileOptions } from './profile-options.ts';
import { detailOptions, formatOptions, gateOptions, outputOptions } from './report-options.ts';

/** Every group, in the order of the help. */
const groups = [
  imageOptions,
  platformOptions,
  copyOptions,
  registryOptions,
  commandOptions,
  startOptions,
  privilegeOptions,
  machineOptions,
  formatOptions,
  outputOptions,
  detailOptions,
  gateOptions,
  profileOptions,
  cacheOptions,
  cacheUseOptions,
  generalOptions,
] as const;

type Group = (typeof groups)[number];

/** The options of a command are those of its groups. */
const groupsOfCommand: Readonly<Record<CommandName, readonly Group[]>> = {
  check: groups.filter((group) => group !== profileOptions),
  inspect: [formatOptions, outputOptions, detailOptions, cacheOptions, cacheUseOptions, generalOptions],
  profile: [platformOptions, startOptions, formatOptions, outputOptions, profileOptions, generalOptions],
  cache: [formatOptions, cacheOptions, generalOptions],
  explain: [outputOptions, generalOptions],
  completion: [generalOptions],
  version: [generalOptions],
  help: [generalOptions],
};

type NameOf<Kind> = Extract<Group['options'][number], { readonly kind: Kind }>['name'];
export type FlagName = NameOf<'flag'>;
export type ValueName = NameOf<'value'>;
export type ListName = NameOf<'list'>;

/** The groups of a command, in the order of its help. */
export function optionGroupsOf(command: CommandName): readonly OptionGroup[] {
  return groupsOfCommand[command];
}

/** Every group, in the order of the help. */
export const optionGroups: readonly OptionGroup[] = groups;

/** Every option, in the order of the help. */
export const options: readonly Option[] = optionGroups.flatMap((group) => group.options);

/** Whether a command has an option. */
export function hasOption(command: CommandName, { name }: Option): boolean {
  return optionGroupsOf(command).some((group) => group.options.some((option) => option.name === name));
}

/** The commands that have an option. */
export function commandsOf(option: Option): readonly CommandName[] {
  return commandNames.filter((command) => hasOption(command, option));
}

/** The values that an option of a command takes, where they can be listed. */
export function choicesOf({ choices }: Option, command: CommandName): readonly string[] | null {
  return typeof choices === 'function' ? choices(command) : (choices ?? null);
}
