import { describe, expect, test } from 'vitest';
import { createProgress, progressWords } from '../../src/cli/progress.ts';
import { proseColumns, showsUnicode, wantsColor } from '../../src/cli/terminal.ts';
import { recordingTerminal } from './recording-terminal.ts';

describe('colour', () => {
  const neither = { color: false, noColor: false };
  test.each([
    ['on a terminal', neither, {}, true, true],
    ['not on a terminal', neither, {}, false, false],
    ['on a dumb terminal', neither, { TERM: 'dumb' }, true, false],
    ['with NO_COLOR', neither, { NO_COLOR: '1' }, true, false],
    ['with an empty NO_COLOR', neither, { NO_COLOR: '' }, true, true],
    ['with FORCE_COLOR', neither, { FORCE_COLOR: '1' }, false, true],
    ['with FORCE_COLOR=0', neither, { FORCE_COLOR: '0' }, true, false],
    ['with both, as Node itself has it', neither, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    ['with --color', { color: true, noColor: false }, { NO_COLOR: '1' }, false, true],
    ['with --no-color', { color: false, noColor: true }, { FORCE_COLOR: '1' }, true, false],
  ])('%s', (_what, asked, env, isTerminal, expected) => {
    expect(wantsColor(asked, env, isTerminal)).toBe(expected);
  });
});

test.each([
  [{ LANG: 'en_GB.UTF-8' }, true],
  [{ LANG: 'C.utf8' }, true],
  [{ LANG: 'C' }, false],
  [{}, false],
  [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, false],
  [{ LC_ALL: '', LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }, true],
])('a locale of %j shows more than ASCII: %s', (env, expected) => {
  expect(showsUnicode(env)).toBe(expected);
});

test.each([
  [null, {}, 80],
  [100, {}, 100],
  [100, { COLUMNS: '60' }, 100],
  [null, { COLUMNS: '60' }, 60],
  [null, { COLUMNS: 'wide' }, 80],
  [20, {}, 40],
  [400, {}, 120],
  [0, {}, 80],
])('a terminal of %s columns and %j has prose of %s', (columns, env, expected) => {
  const { terminal } = recordingTerminal({ columns, env });
  expect(proseColumns(terminal.stdout, env)).toBe(expected);
});

describe('progress', () => {
  const news = { what: 'reading layer 2 of 5', bytes: 12_300_000, total: 40_100_000 };

  test('tells what is read and how far', () => {
    expect(progressWords(news)).toBe('reading layer 2 of 5: 12.3 of 40.1 MB');
    expect(progressWords({ ...news, total: null })).toBe('reading layer 2 of 5: 12.3 MB');
    expect(progressWords({ what: 'asking\u001b[2J', bytes: 0, total: null })).toBe('asking\\x1b[2J');
  });

  test('is one line that goes away', () => {
    const { terminal, written } = recordingTerminal({ columns: 80 });
    let time = 0;
    const progress = createProgress(terminal, () => time);
    for (time of [0, 100, 250, 260, 400]) progress.tell({ ...news });
    progress.clear();
    const line = '\r\x1b[Kreading layer 2 of 5: 12.3 of 40.1 MB';
    expect(written.stderr).toBe(`${line}${line}\r\x1b[K`);
    expect(written.stdout).toBe('');
  });

  test('is never shown for short work, nor where stderr is no terminal', () => {
    for (const columns of [80, null]) {
      const { terminal, written } = recordingTerminal({ columns });
      const progress = createProgress(terminal, () => 5);
      progress.tell(news);
      progress.clear();
      expect(written.stderr).toBe('');
    }
  });
});
