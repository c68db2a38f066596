import { type LaidDown, LayDownError, type ReadFile, requireKebabCase, textOf } from './laid-down.ts';

const indexPath = 'src/rules/index.ts';

const camelCase = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** What stands in a new rule until its author writes it: the tests fail on it. */
export const newRuleText: { readonly title: string; readonly page: readonly string[] } = {
  title: 'Say in one clause what is wrong',
  page: [
    'Say in two sentences what happens.',
    'The exact line, and the exit status.',
    'What kernel or loader does.',
    '- The first remedy.',
  ],
};

const definition = (name: string): string => `import { defineRule } from './define-rule.ts';

/** Name the rules of docs/loader that it follows, such as (G5). */
export const ${camelCase(name)} = defineRule({
  id: '${name}',
  title: '${newRuleText.title}',
  severity: 'error',
  confidence: 'exact',
  check: () => [],
});
`;

const page = (name: string): string => `# ${name}

${newRuleText.title}. Severity: error.

${newRuleText.page[0]}

## What you see

${newRuleText.page[1]}

## Why

${newRuleText.page[2]}

## What to do

${newRuleText.page[3]}

## Rests on

The rules of the [loader specification](../loader/README.md), each with its link.
`;

/** The index of the rules with one more: imported, and last in the order. */
function withRule(index: string, name: string): string {
  const line = `import { ${camelCase(name)} } from './${name}.ts';\n`;
  const imports = [...(index.match(/^import \{ \w+ \} from '\.\/[\w-]+\.ts';\n/gm) ?? [])];
  const after = imports.filter((other) => fileOf(other) < fileOf(line)).at(-1);
  const withImport = after === undefined ? line + index : index.replace(after, after + line);
  const ended = withImport.replace(/^\] as const/m, `  ${camelCase(name)},\n] as const`);
  if (ended === withImport) throw new LayDownError(`${indexPath} has no array that ends in "] as const"`);
  return ended;
}

const fileOf = (line: string): string => /'\.\/([\w-]+)\.ts'/.exec(line)?.[1] ?? '';

/** The files of a new rule: its definition, its page, and its place in the index. Throws LayDownError. */
export function newRule(name: string, read: ReadFile): LaidDown {
  requireKebabCase(name);
  const source = `src/rules/${name}.ts`;
  const pagePath = `docs/rules/${name}.md`;
  for (const path of [source, pagePath])
    if (read(path) !== null) throw new LayDownError(`there is a rule ${name} already: ${path}`);
  return {
    files: new Map([
      [source, definition(name)],
      [pagePath, page(name)],
      [indexPath, withRule(textOf(read, indexPath), name)],
    ]),
    next: [
      `write the rule in ${source}, and move it in ${indexPath} to the stage that it belongs to`,
      'add its case to test/rules/cases.ts: a start that it catches, and one near to it that it does not',
      `write ${pagePath}`,
      'npm run docs, which puts its title into the page, docs/rules.md and the schema',
      'npm test -- test/rules test/docs',
    ],
  };
}
