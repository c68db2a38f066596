import { describe, expect, test } from 'vitest';
import { ChangedFile } from './changed-file.ts';

const initializer = 'a function that runs at start or at exit';
const noBegin = 'does not lead to the begin of a function';

/** Without the section headers, which would tell of some of these changes first. */
const program = () => new ChangedFile('glibc-dynamic').set('header', 'shnum', 0);

describe('functions that run at start (K15)', () => {
  test.each<[string, number, string]>([
    ['one byte into its code', 1, `${initializer} ${noBegin}`],
    ['in the middle of the function before it', -0x10, `${initializer} ${noBegin}`],
    ['in data', 0x2eb0, `${initializer} lies in no code`],
  ])('an initializer %s', (_, distance, reason) => {
    const file = program().set('.rela.dyn[0]', 'r_addend', (old) => old + distance);
    expect(file.defects).toContainEqual({ part: 'relocations', reason });
  });

  test.each<[string, number, boolean]>([
    ['`cmpq $0,…`, which ends with zeros', 0, false],
    ['`mov %rax,%rbx`, which ends as `ret` does', 0xc3894890, false],
    ['`ret`', 0xc3909090, true],
  ])('an initializer behind %s, where no unwind information is', (_, before, believed) => {
    const file = new ChangedFile('glibc-dynamic').set('.rela.dyn[0]', 'r_addend', 0x1126);
    if (before !== 0) file.write(0x1122, before);
    const [first] = file.defects.map(({ reason }) => reason);
    expect(first).toBe(believed ? undefined : `${initializer} ${noBegin}`);
  });

  test('an entry point within the PLT, which unwind information describes as a whole', () => {
    expect(program().set('header', 'entry', 0x1028).defects).toEqual([
      { part: 'code', reason: `the entry point ${noBegin}` },
    ]);
  });

  test('an entry point at the begin of another function is believed', () => {
    const main = program();
    // frame_dummy, which DT_INIT_ARRAY names.
    expect(main.set('header', 'entry', main.get('.rela.dyn[0]', 'r_addend')).defects).toEqual([]);
  });

  test('an exported function that begins within another', () => {
    const file = program().set('.dynsym[3]', 'st_shndx', 14).set('.dynsym[3]', 'st_value', 0x1028);
    expect(file.defects).toContainEqual({ part: 'symbols', reason: 'a function begins within another' });
  });

  test('a static program whose IFUNC is resolved by what is no function', () => {
    const file = new ChangedFile('glibc-static').set('.rela.plt[3]', 'r_addend', (old) => old + 3);
    expect(file.defects).toContainEqual({ part: 'code', reason: `a resolver of an IFUNC ${noBegin}` });
  });

  test.each<[string, (old: number) => number, string]>([
    ['that are not aligned', (old) => old + 2, 'a slot of the PLT is not aligned'],
    ['of another IFUNC', (old) => old + 8, 'two relocations write to one place'],
  ])('a static program that fills slots %s', (_, change, reason) => {
    const file = new ChangedFile('glibc-static');
    const places = [0, 1, 2, 3, 4, 5].map((at) => file.get(`.rela.plt[${at}]`, 'r_offset'));
    const below = places.findIndex((place) => places.includes(place + 8));
    expect(file.set(`.rela.plt[${below}]`, 'r_offset', change).defects).toEqual([{ part: 'code', reason }]);
  });

  test('a static program whose initializer is 0', () => {
    const file = new ChangedFile('glibc-static').set('.init_array[0]', 'address', 0);
    expect(file.defects).toContainEqual({ part: 'code', reason: `${initializer} lies in no code` });
  });

  test('a static PIE whose dynamic segment was moved, as patchelf does', () => {
    const file = new ChangedFile('glibc-static-pie').set('header', 'shnum', 0);
    // The first word of the table at DT_PLTGOT is _DYNAMIC as it was linked.
    const table = file.tag(3);
    file.bytes.writeBigUInt64LE(BigInt(file.tag(3)), file.offsetOf(table));
    expect(file.defects).toContainEqual({
      part: 'code',
      reason: 'its dynamic segment was moved, and its start code looks at the old place',
    });
  });
});
