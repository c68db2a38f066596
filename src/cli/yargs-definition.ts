import type { Argv } from 'yargs';
import { formOf, imageSourceNames, imageSources } from '../image/sources/image-sources.ts';
import { wrapProse } from '../report/text/wrap.ts';
import { parserConfiguration } from './arguments.ts';
import type { CommandName } from './command-names.ts';
import { commandTexts, formsOf } from './command-texts.ts';
import { choicesOf, optionGroupsOf } from './options/options.ts';

const exitStatus = 'Exit status: 0 it runs, 1 it does not, 2 the call is wrong, 3 unknown.';

/** Each example on a line of its own, whole at any width, so that it can be pasted; what it is comes below it. */
function examplesText(command: CommandName, columns: number): readonly string[] {
  const { examples } = commandTexts[command];
  if (examples.length === 0) return [];
  const lines = examples.flatMap(([line, meaning]) => [
    `  ${line.replace('$0', 'libc-check')}`,
    ...(meaning === '' ? [] : wrapProse(meaning, columns, '      ', '      ')),
  ]);
  return ['Examples:', ...lines, ''];
}

/** The forms of `--image`, a line each, and what becomes of a reference that names no source. */
function imageForms(columns: number): readonly string[] {
  const forms = imageSourceNames.map((name) => [formOf(name), imageSources[name].describe] as const);
  const width = Math.max(...forms.map(([form]) => form.length));
  const lines = forms.flatMap(([form, describe]) =>
    wrapProse(describe, columns, `  ${form.padEnd(width)}  `, ' '.repeat(width + 4)),
  );
  const order = imageSourceNames.filter((name) => imageSources[name].lookUp !== undefined).join(', ');
  return [
    'Images:',
    ...lines,
    '',
    ...wrapProse(
      `A reference without a source is a path that exists, or a name that is looked up in ${order}, in this order.`,
      columns,
      '',
      '',
    ),
    '',
  ];
}

/** Gives `parser` the options of `command`. */
function withOptions(parser: Argv, command: CommandName): Argv {
  for (const { heading, options } of optionGroupsOf(command)) {
    for (const option of options) {
      const { name, kind, short, describe } = option;
      const choices = choicesOf(option, command);
      parser.option(name, {
        describe: kind === 'list' ? `${describe}; may be repeated` : describe,
        group: `${heading}:`,
        nargs: kind === 'flag' ? 0 : 1,
        requiresArg: kind !== 'flag',
        ...(kind === 'flag' ? { boolean: true } : { string: true }),
        ...(kind === 'list' ? { array: true } : {}),
        ...(short === undefined ? {} : { alias: short }),
        ...(choices === null ? {} : { choices }),
      });
    }
  }
  return parser;
}

function withUsage(parser: Argv, command: CommandName): Argv {
  return parser.usage(`${formsOf(command, '$0').join('\n')}\n\n${commandTexts[command].describe}.`);
}

async function base(columns: number): Promise<Argv> {
  const { default: yargs } = await import('yargs');
  return yargs([])
    .scriptName('libc-check')
    .locale('en')
    .parserConfiguration(parserConfiguration)
    .exitProcess(false)
    .help(false)
    .version(false)
    .wrap(columns);
}

/** The help of one command, wrapped to `columns`. */
export async function helpText(command: CommandName, columns: number): Promise<string> {
  const parser = withUsage(withOptions(await base(columns), command), command);
  if (command === 'check') {
    for (const [name, text] of Object.entries(commandTexts)) {
      if (name !== 'check') parser.command(name, text.describe);
    }
  }
  const more = [
    ...examplesText(command, columns),
    ...(command === 'check' ? [...imageForms(columns), ...wrapProse(exitStatus, columns, '', '')] : []),
  ];
  const below = more.length === 0 ? '' : `\n${more.join('\n').trimEnd()}\n`;
  return `${await parser.getHelp()}\n${below}`;
}
