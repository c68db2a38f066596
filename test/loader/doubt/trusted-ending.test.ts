import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import type { ElfDefect } from '../../../src/elf/elf-file.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { trustedEnding } from '../../../src/loader/doubt/trusted-ending.ts';
import type { Ending } from '../../../src/loader/trace/load-trace.ts';
import type { Stage } from '../../../src/loader/trace/problem.ts';

const elf = readElf(
  bufferSource(readFileSync(fileURLToPath(new URL('../../../fixtures/bin/glibc-dynamic', import.meta.url)))),
);

const stops = (stage: Stage): Ending => ({
  kind: 'stops',
  stage,
  exitStatus: 127,
  message: '',
  isWhole: true,
});
const starts: Ending = { kind: 'starts', printed: '' };

describe('an ending with something that could not be read', () => {
  test.each<[string, Ending, ElfDefect['part'] | null, string | null, boolean]>([
    ['a start', starts, null, null, true],
    ['a start with a library that could not be read', starts, null, 'permission denied', false],
    [
      'a missing library beside one that could not be read',
      stops('library'),
      null,
      'permission denied',
      true,
    ],
    [
      'a missing version beside a library that could not be read',
      stops('version'),
      null,
      'permission denied',
      true,
    ],
    [
      'a missing symbol beside a library that could not be read',
      stops('symbol'),
      null,
      'permission denied',
      false,
    ],
    ['a missing library where relocations are unreadable', stops('library'), 'relocations', null, true],
    ['a missing library where names are unreadable', stops('library'), 'strings', null, false],
    ['a missing version where relocations are unreadable', stops('version'), 'relocations', null, true],
    ['a missing version where versions are unreadable', stops('version'), 'versions', null, false],
    ['a start where only notes are unreadable', starts, 'notes', null, true],
  ])('%s', (_, ending, part, unread, isSure) => {
    const defects = part === null ? [] : [{ part, reason: 'it is damaged' }];
    const trusted = trustedEnding(ending, unread, [{ path: '/app', elf: { ...elf, defects } }]);
    expect(trusted.kind === 'unknown').toBe(!isSure);
  });
});
