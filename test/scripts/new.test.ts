import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LaidDown, ReadFile } from '../../scripts/new/laid-down.ts';
import { newLoaderCase } from '../../scripts/new/loader-case.ts';
import { newRule } from '../../scripts/new/rule.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read: ReadFile = (path) =>
  existsSync(`${root}${path}`) ? readFileSync(`${root}${path}`, 'utf8') : null;
const fileOf = ({ files }: LaidDown, path: string): string => files.get(path) ?? '';

describe('a new rule', () => {
  const laidDown = newRule('stack-too-small', read);

  test('is a definition, a page and a line of the index', () => {
    expect([...laidDown.files.keys()]).toEqual([
      'src/rules/stack-too-small.ts',
      'docs/rules/stack-too-small.md',
      'src/rules/index.ts',
    ]);
    expect(fileOf(laidDown, 'src/rules/stack-too-small.ts')).toContain("id: 'stack-too-small'");
    expect(fileOf(laidDown, 'docs/rules/stack-too-small.md')).toMatch(/^# stack-too-small\n/);
  });

  test('is imported in the order of the names, and is last in the array', () => {
    const index = fileOf(laidDown, 'src/rules/index.ts');
    expect(index.indexOf("'./stack-too-small.ts'")).toBeLessThan(
      index.indexOf("'./static-glibc-services.ts'"),
    );
    expect(index).toContain('  stackTooSmall,\n] as const');
    const added = index.length - (read('src/rules/index.ts') ?? '').length;
    expect(added).toBe("import { stackTooSmall } from './stack-too-small.ts';\n  stackTooSmall,\n".length);
  });

  test.each(['library-missing', 'Stack', '../x', ''])('is not named "%s"', (name) => {
    expect(() => newRule(name, read)).toThrow(/already|kebab case/);
  });
});

describe('a new loader case', () => {
  test.each([
    ['k-odd-header', 'kernel', 'kernel/elf-header'],
    ['i-two-links', 'kernel', 'images'],
    ['g-needed-twice-more', 'glibc-search', 'glibc/search-path'],
    ['v-odd-version', 'glibc-symbols', 'glibc/versions'],
    ['s-odd-symbol', 'glibc-symbols', 'glibc/symbols'],
    ['p-odd-property', 'glibc-symbols', 'glibc/properties'],
    ['m-odd-path', 'musl', 'musl/search-path'],
  ])('%s is a recipe and a row', (name, recipes, table) => {
    const laidDown = newLoaderCase(name, read);
    const recipesPath = `fixtures/cases/recipes/${recipes}.sh`;
    const tablePath = `test/loader/cases/${table}.ts`;
    expect([...laidDown.files.keys()]).toEqual([recipesPath, tablePath]);
    expect(fileOf(laidDown, recipesPath)).toMatch(new RegExp(`\\nfiles:${name}\\(\\) \\{\\n.*\\n\\}\\n$`));
    expect(fileOf(laidDown, tablePath)).toContain(`    id: '${name}',`);
    expect(fileOf(laidDown, tablePath)).toMatch(
      /import \{[^}]*\bstarts\b[^}]*\} from '(?:\.\.?\/)+case\.ts';/,
    );
    expect(fileOf(laidDown, tablePath)).toMatch(/\},\n\];\n$/);
  });

  test.each(['x-odd', 'g', 'G-odd', 'g-two-missing-first-only/..'])('is not named "%s"', (name) => {
    expect(() => newLoaderCase(name, read)).toThrow(/family|kebab case/);
  });
});
