import { commandNames } from '../../src/cli/command-names.ts';
import { commandTexts, formsOf } from '../../src/cli/command-texts.ts';
import type { Option, OptionGroup } from '../../src/cli/options/option.ts';
import { choicesOf, commandsOf, optionGroups } from '../../src/cli/options/options.ts';
import { formOf, imageSourceNames, imageSources } from '../../src/image/sources/image-sources.ts';
import { table, withBlock } from './blocks.ts';

const code = (text: string): string => `\`${text}\``;

function commandTable(): string {
  const rows = commandNames.map((name) => [
    formsOf(name).map(code).join('<br>'),
    `${commandTexts[name].describe}.`,
  ]);
  return table(['command', 'what it does'], rows);
}

function sourceTable(): string {
  const rows = imageSourceNames.map((name) => {
    const { describe, docLong, example } = imageSources[name];
    const form = example === '' ? '' : code(`${name}:${example}`);
    return [code(formOf(name)), form, [`${describe}.`, docLong].filter(Boolean).join(' ')];
  });
  return table(['form', 'for example', 'what it is'], rows);
}

function writtenForm({ name, short, kind, value }: Option): string {
  const long = kind === 'flag' ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? code(long) : `${code(`-${short}`)}, ${code(long)}`;
}

/** The values of an option for the first command that has it. */
function choices(option: Option): string | null {
  const [command = 'check'] = commandsOf(option);
  const values = choicesOf(option, command);
  return values === null ? null : `One of ${values.map(code).join(', ')}.`;
}

function commandsCell(option: Option): string {
  const commands = commandsOf(option);
  return commands.length === commandNames.length ? 'all' : commands.join(', ');
}

function optionTable(groups: readonly OptionGroup[]): string {
  const rows = groups
    .flatMap(({ options }) => options)
    .map((option) => {
      const repeated = option.kind === 'list' ? 'May be repeated.' : null;
      const sentences = [option.docLong, choices(option), repeated].filter((sentence) => sentence !== null);
      return [writtenForm(option), commandsCell(option), sentences.join(' ')];
    });
  return table(['option', 'commands', 'meaning'], rows);
}

/** docs/cli.md with its tables of commands, sources and options made from the definitions. */
export function withCommandLine(page: string): string {
  const headings = [...new Set(optionGroups.map(({ heading }) => heading))];
  const blocks: (readonly [name: string, block: string])[] = [
    ['commands', commandTable()],
    ['images', sourceTable()],
    ...headings.map((heading) => {
      const groups = optionGroups.filter((group) => group.heading === heading);
      return [`options: ${heading}`, optionTable(groups)] as const;
    }),
  ];
  return blocks.reduce((text, [name, block]) => withBlock(text, name, block), page);
}
