import { type LaidDown, LayDownError, type ReadFile, requireKebabCase, textOf } from './laid-down.ts';

interface Family {
  /** File of fixtures/cases/recipes. */
  readonly recipes: string;
  /** File of test/loader/cases. */
  readonly table: string;
  readonly image: string;
  readonly recipe: string;
}

const glibcProgram = `glibc_program p "$hello"`;
const muslProgram = `musl_program p "$hello"`;

/** By the first letter of the case's name. */
const families: Readonly<Record<string, Family>> = {
  k: { recipes: 'kernel', table: 'kernel/elf-header', image: 'glibc-2.36', recipe: glibcProgram },
  i: { recipes: 'kernel', table: 'images', image: 'glibc-2.36', recipe: glibcProgram },
  g: { recipes: 'glibc-search', table: 'glibc/search-path', image: 'glibc-2.36', recipe: glibcProgram },
  v: { recipes: 'glibc-symbols', table: 'glibc/versions', image: 'glibc-2.36', recipe: glibcProgram },
  s: { recipes: 'glibc-symbols', table: 'glibc/symbols', image: 'glibc-2.36', recipe: glibcProgram },
  p: { recipes: 'glibc-symbols', table: 'glibc/properties', image: 'glibc-2.36', recipe: glibcProgram },
  m: { recipes: 'musl', table: 'musl/search-path', image: 'alpine-3.20', recipe: muslProgram },
};

const row = (name: string, { image }: Family): string => `  {
    id: '${name}',
    rules: [],
    shows: 'say here what it shows',
    image: '${image}',
    files: '${name}',
    expected: starts(),
  },
`;

/** The table with one more row, and the import that the row needs. */
function withRow(table: string, path: string, added: string): string {
  const end = table.lastIndexOf('\n];\n');
  if (end < 0) throw new LayDownError(`${path} has no table that ends in "];"`);
  const rows = `${table.slice(0, end + 1)}${added}${table.slice(end + 1)}`;
  return rows.replace(
    /import \{([^}]*)\} from '((?:\.\.?\/)+case\.ts)';/,
    (whole, names: string, from: string) =>
      /\bstarts\b/.test(names)
        ? whole
        : `import {${names.trimEnd().replace(/,$/, '')}, starts } from '${from}';`,
  );
}

/** The files of a new loader case: its recipe, and its row in a table of its family. Throws LayDownError. */
export function newLoaderCase(name: string, read: ReadFile): LaidDown {
  requireKebabCase(name);
  const family = families[name.split('-', 1)[0] ?? ''];
  if (family === undefined || !name.includes('-')) {
    const letters = Object.keys(families).join('-, ');
    throw new LayDownError(
      `the name of a case begins with its family, ${letters}-; for example g-needed-twice`,
    );
  }
  const recipesPath = `fixtures/cases/recipes/${family.recipes}.sh`;
  const tablePath = `test/loader/cases/${family.table}.ts`;
  const recipes = textOf(read, recipesPath);
  const table = textOf(read, tablePath);
  if (recipes.includes(`files:${name}()`) || table.includes(`'${name}'`))
    throw new LayDownError(`there is a case ${name} already`);
  return {
    files: new Map([
      [recipesPath, `${recipes.trimEnd()}\nfiles:${name}() {\n  ${family.recipe}\n}\n`],
      [tablePath, withRow(table, tablePath, row(name, family))],
    ]),
    next: [
      `write the recipe in ${recipesPath}, then run fixtures/cases/build.sh ${name}`,
      `complete the row in ${tablePath}, and move it beside the cases of its rule`,
      'see what really happens and record it: CONTRIBUTING.md, "a loader case", step 4',
    ],
  };
}
