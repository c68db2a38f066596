import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../differential/mutated/random.ts';
import { readArguments } from './arguments.ts';
import { Corpus } from './corpus.ts';
import { bounds, keyOf, wordsOf } from './finding.ts';
import { FuzzState } from './state.ts';
import type { Fuzzer } from './subject.ts';
import { subjects } from './subjects.ts';
import { changedText } from './text-changes.ts';
import { tryInput } from './try-input.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'libc-check-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([...subjects])('%s', (name, subject) => {
  test('its inputs depend on nothing but the random numbers', async () => {
    const [one, other] = [await subject.prepare(), await subject.prepare()];
    for (let number = 0; number < 20; number++) {
      const input = one.make(new Random('7', name, number));
      expect(other.make(new Random('7', name, number)).equals(input)).toBe(true);
    }
  });

  test('some inputs are read without a finding', async () => {
    const fuzzer = await subject.prepare();
    for (let number = 0; number < 60; number++) {
      const input = fuzzer.make(new Random('7', name, number));
      expect(await tryInput(fuzzer, input), `input ${number}`).toBeNull();
    }
  });

  test('what once found something finds nothing now', async () => {
    expect(await new Corpus('test/fuzz/corpus').still(name)).toEqual([]);
  });
});

const reader = (feed: Fuzzer['feed']): Fuzzer => ({ make: () => Buffer.alloc(0), feed });

describe('what is a finding', () => {
  test('an error, thrown or rejected', async () => {
    const thrown = reader(() => {
      throw new RangeError('out of range');
    });
    const rejected = reader(() => Promise.reject(new TypeError('no function')));
    expect(await tryInput(thrown, Buffer.alloc(1))).toMatchObject({ kind: 'error' });
    expect((await tryInput(rejected, Buffer.alloc(1)))?.words).toContain('TypeError: no function\n');
  });

  test('more time than it may take, each of three times', async () => {
    let calls = 0;
    const work = (ms: number) => {
      calls++;
      const [started, before] = [performance.now(), process.cpuUsage()];
      while (performance.now() - started < ms || process.cpuUsage(before).user < ms * 1000);
    };
    const slow = reader(() => work(40));
    expect(await tryInput(slow, Buffer.alloc(1), 20)).toMatchObject({ kind: 'slow' });
    expect(calls).toBe(3);
    const slowOnce = reader(() => work(calls === 3 ? 40 : 0));
    expect(await tryInput(slowOnce, Buffer.alloc(1), 20)).toBeNull();
  });

  test('memory that an input takes', async () => {
    const kept: Buffer[] = [];
    const grows = reader(() => {
      kept.push(Buffer.alloc((bounds.memoryMiB + 64) * 2 ** 20));
      // Other threads of the process may use the processor meanwhile.
      const [started, before] = [performance.now(), process.cpuUsage()];
      while (performance.now() - started < 40 || process.cpuUsage(before).user < 40_000);
    });
    expect(await tryInput(grows, Buffer.alloc(1))).toMatchObject({ kind: 'memory' });
  });

  test('findings of one cause have one key, whatever their numbers are', () => {
    const finding = (words: string) => ({ subject: 'elf', kind: 'error', input: '1 1', words }) as const;
    const at = '\n    at readElf (/a/read-elf.ts:10:4)';
    expect(keyOf(finding(`RangeError: 7 is too large${at}`))).toBe(
      keyOf(finding(`RangeError: 12 is too large${at.replace('10', '11')}`)),
    );
    expect(keyOf(finding(`RangeError: 7 is too large${at}`))).not.toBe(
      keyOf(finding(`TypeError: 7 is too large${at}`)),
    );
    expect(wordsOf('a text')).toBe('a text');
  });
});

test('the corpus keeps the shortest input of a cause', () => {
  const finding = { subject: 'conf', kind: 'error', input: '1 5', words: 'Error: x' } as const;
  const corpus = new Corpus(folder);
  corpus.keep(finding, Buffer.from('long'));
  corpus.keep(finding, Buffer.from('ab'));
  corpus.keep(finding, Buffer.from('abc'));
  expect(readFileSync(join(folder, 'conf', `${keyOf(finding)}.bin`), 'latin1')).toBe('ab');
});

test('a run goes on where the state ends, and a state of another seed is refused', () => {
  const file = join(folder, 'state');
  const first = new FuzzState(file, '1');
  Object.assign(first.of('tar'), { next: 4000, open: [[2000, 4000]], inputs: { abc: 2000 } });
  first.save();
  expect(new FuzzState(file, '1').of('tar')).toMatchObject({ next: 4000, open: [[2000, 4000]] });
  expect(() => new FuzzState(file, '2')).toThrow('of another seed: give --seed 1');
  writeFileSync(`${file}.new`, 'half a li');
  expect(new FuzzState(file, '1').of('tar').next).toBe(4000);
});

test('a changed text is never longer than a bound', () => {
  const random = new Random('long');
  for (let i = 0; i < 200; i++)
    expect(changedText('a b '.repeat(4000), ['x'], random).length).toBeLessThan(20_001);
});

describe('npm run fuzz', () => {
  const run = (...words: readonly string[]) =>
    spawnSync(process.execPath, ['test/run-harness.mjs', 'fuzz/main.ts', ...words], { encoding: 'utf8' });

  test('stops at its count, writes its table and goes on from its state', { timeout: 120_000 }, () => {
    const places = ['--state', join(folder, 'run'), '--corpus', join(folder, 'corpus')];
    const first = run('cache', '--count', '300', '--seed', 'a', ...places);
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^\| cache +\|.*\| +300 \|/m);
    const second = run('cache', '--count', '400', '--seed', 'a', '--workers', '2', ...places);
    expect(second.stdout, second.stderr).toMatch(/^\| cache +\|.*\| +400 \|/m);
  });

  test.each([
    [['nothing'], 'no subject nothing'],
    [[], 'a subject is missing'],
    [['elf', '--seconds', 'x'], 'not a number above 0: x'],
    [['tar', '--real'], '--real is for elf alone'],
  ])('%j: one line', (words, line) => {
    expect(() => readArguments(words)).toThrow(line);
  });
});
