import { describe, expect, test } from 'vitest';
import { tooLong } from '../../src/loader/kernel/argument-limits.ts';

const variables = (count: number, size: number): ReadonlyMap<string, string> =>
  new Map(Array.from({ length: count }, (_, index) => [`B${index + 10}`, 'a'.repeat(size)]));

// Every row was started with Docker 20.10 on a kernel 6.18 with a stack limit of 8 MiB.
describe('what execve takes (K8)', () => {
  test('a variable of 131,071 bytes, and not one more', () => {
    expect(tooLong('/app', ['/app'], new Map([['BIG', 'a'.repeat(131_067)]]))).toBeNull();
    expect(tooLong('/app', ['/app'], new Map([['BIG', 'a'.repeat(131_068)]]))).toEqual({
      what: 'the variable BIG',
      bytes: 131_073,
      limit: 131_072,
    });
  });

  test('an argument likewise', () => {
    expect(tooLong('/app', ['/app', 'a'.repeat(131_072)], new Map())?.what).toBe('argument 1');
  });

  test('2 MiB of all together', () => {
    expect(tooLong('/app', ['/app'], variables(20, 100_000))).toBeNull();
    expect(tooLong('/app', ['/app'], variables(22, 99_000))?.what).toBe('arguments and environment together');
  });
});
