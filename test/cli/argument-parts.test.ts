import { expect, test } from 'vitest';
import { argumentParts } from '../../src/cli/argument-parts.ts';
import { readArguments } from '../../src/cli/arguments.ts';

const isOption = (word: string) => /^--(env|image)(=|$)/.test(word);
const parts = (argv: readonly string[]) => [...argumentParts(argv, isOption)];
const env = (count: number) => Array.from({ length: count }, (_, at) => ['--env', `V${at}=x`]).flat();

test('a short command line is one part', () => {
  expect(parts(['./app', '--image', 'alpine:3.19'])).toEqual([['./app', '--image', 'alpine:3.19']]);
});

test('a long one is parted before options that are known', () => {
  const all = parts(env(3000));
  expect(all.length).toBeGreaterThan(10);
  expect(all.flat()).toEqual(env(3000));
  for (const part of all) expect(part[0]).toBe('--env');
});

test('a word that only looks like an option stays with the one before it', () => {
  const words = Array.from({ length: 5000 }, () => ['--env', '--odd']).flat();
  for (const part of parts(words)) expect(part.length % 2).toBe(0);
});

test('what follows two dashes is one part with what stands before them', () => {
  const all = parts(['./app', '--', ...env(3000)]);
  expect(all).toHaveLength(1);
});

test('50,000 values of an option keep their order, and its words and arguments theirs', () => {
  const { words, commandArguments, list, value } = readArguments([
    'a',
    ...env(50_000),
    'b',
    '--cpu=x86-64-v2',
    '--image',
    'alpine:3.19',
    '--',
    '--env',
    'c',
  ]);
  expect(words).toEqual(['a', 'b']);
  expect(commandArguments).toEqual(['--env', 'c']);
  expect(list('env')).toHaveLength(50_000);
  expect(list('env').at(-1)).toBe('V49999=x');
  expect(value('cpu')).toBe('x86-64-v2');
  expect(list('image')).toEqual(['alpine:3.19']);
});

test('an option without its value at the end of a long line is named', () => {
  expect(() => readArguments([...env(5000), '--image'])).toThrow('--image requires a value');
});
