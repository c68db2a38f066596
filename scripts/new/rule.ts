import { type LaidDown, LayDownError, type ReadFile, requireKebabCase, textOf } from './laid-down.ts';

const indexPath = 'src/rules/index.ts';

const camelCase = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const definition = (name: string): string => `import { defineRule } from './define-rule.ts';

/** Name the rules of docs/loader that it follows, such as (G5). */
export const ${camelCase(name)} = defineRule({
  id: '${name}',
  title: 'Say in one clause what is wrong',
  severity: 'error',
  confidence: 'exact',
  check: () => [],
});
`;

const page = (name: string): string => `# ${name}

Say in one clause what is wrong. Severity: error.

Say in two sentences what happens.

## What you see

The exact line, and the exit status.

## Why

What kernel or loader does.

## What to do

- The first remedy.

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
  if (read(source) !== null) throw new LayDownError(`there is a rule ${name} already: ${source}`);
  return {
    files: new Map([
      [source, definition(name)],
      [`docs/rules/${name}.md`, page(name)],
      [indexPath, withRule(textOf(read, indexPath), name)],
    ]),
    next: [
      `write the rule in ${source}, and move it in ${indexPath} to the stage that it belongs to`,
      'add its case to test/rules/cases.ts: a start that it catches, and one near to it that it does not',
      `write docs/rules/${name}.md`,
      'npm run docs, which puts its title into the page, the README and the schema',
      'npm test -- test/rules test/docs',
    ],
  };
}
