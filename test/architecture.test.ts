import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** The way of the data: a stage imports from itself and from stages before it. */
const stages = [
  'elf',
  'image',
  'binary',
  'rootfs',
  'container',
  'loader',
  'launch',
  'rules',
  'advice',
  'plan',
  'examine',
  'report',
  '.',
  'cli',
];

/** `src/*.ts` (the story, the public face, the tool's identity) stands between `report` and `cli`. */
const story = '.';

/** Folders beside the stages: JSON Schemas and their validators, which any stage may ask. */
const besides = ['schema'];

interface SourceFile {
  readonly path: string;
  readonly stage: string;
  readonly code: string;
  readonly imports: readonly string[];
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function readSource(path: string): SourceFile {
  const code = withoutComments(readFileSync(join(src, path), 'utf8'));
  const imports = [...code.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? '');
  return { path, stage: path.includes(sep) ? (path.split(sep)[0] ?? '') : story, code, imports };
}

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.split(sep).includes('generated'))
  .sort()
  .map(readSource);

function stageOfImport(source: SourceFile, specifier: string): string {
  const target = relative(src, normalize(join(src, dirname(source.path), specifier)));
  return target.includes(sep) ? (target.split(sep)[0] ?? '') : story;
}

function offences(offends: (source: SourceFile) => readonly string[]): string[] {
  return sources.flatMap((source) => offends(source).map((what) => `${source.path}: ${what}`));
}

describe('the stages of architecture.md', () => {
  test('are all the folders that there are', () => {
    const found = new Set(sources.map((source) => source.stage));
    expect([...found].filter((stage) => !besides.includes(stage)).sort()).toEqual([...stages].sort());
  });

  test('import only from themselves and from stages before them', () => {
    const backward = offences((source) =>
      source.imports
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => {
          const target = stages.indexOf(stageOfImport(source, specifier));
          return !besides.includes(source.stage) && target > stages.indexOf(source.stage);
        }),
    );
    expect(backward).toEqual([]);
  });

  test('have no circle of imports, not even of types', () => {
    const importsOf = new Map(
      sources.map((source) => [
        source.path,
        source.imports
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => normalize(join(dirname(source.path), specifier))),
      ]),
    );
    const closed = new Set<string>();
    const circles: string[] = [];
    const follow = (path: string, trail: readonly string[]): void => {
      const start = trail.indexOf(path);
      if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
      if (start >= 0 || closed.has(path)) return;
      for (const next of importsOf.get(path) ?? []) follow(next, [...trail, path]);
      closed.add(path);
    };
    for (const { path } of sources) follow(path, []);
    expect(circles).toEqual([]);
  });

  test('leave the command line alone: nothing outside of cli imports it', () => {
    const intoCli = offences((source) =>
      source.stage === 'cli'
        ? []
        : source.imports.filter(
            (specifier) => specifier.startsWith('.') && stageOfImport(source, specifier) === 'cli',
          ),
    );
    expect(intoCli).toEqual([]);
  });
});

describe('the middle', () => {
  const imports = (name: string) =>
    sources
      .filter(({ imports }) => imports.some((specifier) => basename(specifier) === name))
      .map(({ path, stage }) => (stage === story ? path : stage));

  test('only planners read the input of a call; the story, the public face and the command line hand it on', () => {
    expect([...new Set(imports('check-input.ts'))].sort()).toEqual(['check.ts', 'cli', 'index.ts', 'plan']);
  });

  test('to examine a start takes the start alone: of the planners it knows what they yield', () => {
    const known = offences((source) =>
      source.stage === 'examine'
        ? source.imports.filter((specifier) => stageOfImport(source, specifier) === 'plan')
        : [],
    );
    const names = known.map((offence) => basename(offence));
    expect([...new Set(names)].sort()).toEqual(['failure.ts', 'start.ts']);
  });
});

describe('side effects', () => {
  const io =
    /^(?:node:)?(?:fs|fs\/promises|net|http|https|http2|tls|dgram|dns|child_process|worker_threads)$/;

  test('input and output are in image, in reading the binary, and in cli', () => {
    const allowed = (source: SourceFile) =>
      ['image', 'binary', 'cli'].includes(source.stage) ||
      source.path === join('elf', 'bytes', 'byte-sources.ts');
    const found = offences((source) =>
      allowed(source) ? [] : source.imports.filter((specifier) => io.test(specifier)),
    );
    expect(found).toEqual([]);
  });

  /** A bundle looks for the profiles beside the program that was started. */
  const isBesideProgram = ({ path }: SourceFile, what: string): boolean =>
    path === join('image', 'profiles', 'profile-catalog.ts') && what === 'process.argv';

  test('only cli prints, reads the environment, or exits', () => {
    const onlyCli = /\bconsole\.\w+|\bprocess\.(?:env|exit|exitCode|stdout|stderr|argv)\b/g;
    const found = offences((source) =>
      source.stage === 'cli' || source.path === 'caller-environment.ts'
        ? []
        : (source.code.match(onlyCli) ?? []).filter((what) => !isBesideProgram(source, what)),
    );
    expect(found).toEqual([]);
  });
});

describe('names', () => {
  test('files are in kebab-case and none is a drawer for anything', () => {
    const drawers = /^(?:utils?|helpers?|common|misc|shared|lib)$/;
    const found = sources.filter(({ path }) => {
      const parts = path.split(sep);
      const isKebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.ts$/.test(basename(path));
      return !isKebab || parts.some((part) => drawers.test(part.replace(/\.ts$/, '')));
    });
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test('relative imports name the file, with its ending', () => {
    const found = offences((source) =>
      source.imports.filter((specifier) => specifier.startsWith('.') && !/\.(?:ts|js|json)$/.test(specifier)),
    );
    expect(found).toEqual([]);
  });
});
