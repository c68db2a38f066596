import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/container/host.ts';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { readToolchainHints } from '../../src/elf/describe/toolchain-hints.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import type { LoadTrace } from '../../src/loader/trace/load-trace.ts';
import type { Case, Expectation } from './cases/case.ts';
import { cases } from './cases/index.ts';
import { simulateCase } from './run-case.ts';

/** What is seen: the loader's lines, and the program's own word where it starts. */
function seenOf(trace: LoadTrace): string {
  const { ending } = trace;
  if (ending.kind === 'starts') return [ending.printed, 'started'].filter((line) => line !== '').join('\n');
  return ending.kind === 'stops' ? ending.message : `unknown: ${ending.reason}`;
}

function lazyNames(problems: LoadTrace['problems']): string[] {
  return problems.flatMap((problem) =>
    problem.kind === 'symbol-missing' && problem.binding === 'lazy' ? [problem.name] : [],
  );
}

function outcomeOf(trace: LoadTrace) {
  const { ending, problems } = trace;
  return {
    ending: ending.kind === 'stops' ? ending.stage : ending.kind,
    exit: ending.kind === 'stops' ? ending.exitStatus : 0,
    lazy: ending.kind === 'starts' ? lazyNames(problems) : [],
  };
}

function expectedOutcome(expected: Expectation, engine: Engine, exit: number) {
  const wanted = expected.exit === null ? exit : expected.exit;
  return {
    ending: expected.ending,
    exit: typeof wanted === 'number' ? wanted : engine === 'docker' ? wanted.now : wanted.old,
    lazy: expected.lazy ?? [],
  };
}

/** The program at /t/p says that it is packed. */
function isPacked(each: Case): boolean {
  const path = new URL(`../../fixtures/cases/files/${each.files}/p`, import.meta.url);
  const source = bufferSource(readFileSync(path));
  return readToolchainHints(source, readElf(source)).upx !== null;
}

function expectationFor(each: Case, engine: Engine): Expectation {
  return engine === 'docker' ? (each.onCurrentDocker ?? each.expected) : each.expected;
}

describe.each(['docker', 'docker-20.10'] as const)('as %s starts it', (engine) => {
  test.each(cases.map((each) => [each.id, each.shows, each] as const))(
    '%s: %s',
    async (_id, _shows, each) => {
      const trace = await simulateCase(each, engine);
      if (each.packed === true) {
        expect(isPacked(each)).toBe(true);
        return expect(trace.ending.kind).toBe('starts');
      }
      if (each.unknown !== undefined) {
        expect(trace.ending.kind).toBe('unknown');
        return expect(seenOf(trace)).toMatch(each.unknown);
      }
      const expected = expectationFor(each, engine);
      const outcome = outcomeOf(trace);
      const ownWords = each.instead?.ownWords === true;
      const wanted = expectedOutcome(ownWords ? { ...expected, exit: null } : expected, engine, outcome.exit);
      expect({ ...outcome, seen: seenOf(trace) }).toMatchObject(wanted);
      expect(seenOf(trace)).toMatch(expected.message);
    },
  );
});

test('no two cases have one name', () => {
  const names = cases.map(({ id }) => id);
  expect(names).toEqual([...new Set(names)]);
});
