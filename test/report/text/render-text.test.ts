import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/examine/check-report.ts';
import { displayWidth } from '../../../src/report/text/display-width.ts';
import { renderText } from '../../../src/report/text/render-text.ts';
import type { TextOptions } from '../../../src/report/text/style.ts';
import { unknownDetails, unknownLines } from '../../../src/report/text/unknown.ts';
import { failsResult, finding, report, runsResult, unknownResult } from '../reports.ts';

const plain: TextOptions = { color: false, columns: 80, verbose: false, unicode: true, strict: false };
const lines = (text: string): string[] => text.split('\n');

describe('a single result', () => {
  test('is reported with the verdict first, then the line a user would have seen, then findings and what was looked at', () => {
    expect(renderText(report(failsResult()), plain)).toMatchInlineSnapshot(`
      "✗ prediction-api will not start in alpine:3.19

        You would see (docker, exit status 255):

          exec /prediction-api: no such file or directory

        error[interpreter-missing]: The program asks the kernel for the loader
          /lib64/ld-linux-x86-64.so.2, and the image has no file of that name.
            to do     Build the program for musl, which is the libc of this image.
                        cargo build --release --target x86_64-unknown-linux-musl
            to do     Take an image with glibc, such as debian:12-slim.

        image     alpine:3.19 · from profile · linux/amd64 · musl 1.2.4 · 2026-11-23
                  docker skipped: no engine answers at /var/run/docker.sock
        binary    ./target/prediction-api as /prediction-api · executable · x86_64 ·
                  sha256 0123456789ab
        assumed   kernel 6.1 · cpu x86-64 · engine docker
      "
    `);
  });

  test('that runs is reported in one line with what was looked at', () => {
    const text = renderText(report(runsResult()), plain);
    expect(lines(text)[0]).toBe('✓ prediction-api starts in debian:12-slim');
    expect(text).toContain('2026-11-23');
    expect(text).not.toContain('made from');
    expect(text).not.toContain('You would see');
  });

  test('says what the image was made from when more is asked for', () => {
    const text = renderText(report(runsResult()), { ...plain, verbose: true });
    expect(text).toContain('made from debootstrap --variant=minbase bookworm');
  });

  test('names the libraries with how each was found when more is asked for', () => {
    const text = renderText(report(failsResult()), { ...plain, verbose: true });
    expect(text).toContain(
      [
        '    /prediction-api',
        '    └─ libgcc_s.so.1 not found',
        '          /lib/libgcc_s.so.1 (default directory): no such file',
      ].join('\n'),
    );
    expect(renderText(report(failsResult()), plain)).not.toContain('default directory');
  });

  test.each([
    ['shared-object', 'fails', '✗ prediction-api cannot be loaded in alpine:3.19'],
    ['executable', 'fails', '✗ prediction-api will not start in alpine:3.19'],
    ['shared-object', 'runs', '✓ prediction-api can be loaded in debian:12-slim'],
  ] as const)('of a %s that %s says "%s"', (kind, verdict, expected) => {
    const result = verdict === 'fails' ? failsResult() : runsResult();
    const text = renderText(report({ ...result, binary: { ...result.binary, kind } }), plain);
    expect(lines(text)[0]).toBe(expected);
  });

  test('with warnings says how many, and that --strict takes them as failure', () => {
    const result = runsResult({
      findings: [finding({ severity: 'warning' }), finding({ severity: 'note' })],
    });
    expect(lines(renderText(report(result), plain))[0]).toBe(
      '! prediction-api starts in debian:12-slim, with 1 warning',
    );
    expect(lines(renderText(report(result), { ...plain, strict: true }))[0]).toContain(
      '--strict takes as failure',
    );
  });

  test('with no message says that nothing is printed and names the signal', () => {
    const seen = { message: '', complete: true, exitStatus: 139, engine: 'docker' };
    expect(renderText(report(failsResult({ seen })), plain)).toContain(
      'You would see nothing (docker, exit status 139, SIGSEGV)',
    );
  });

  test('never breaks the line that a user would have seen', () => {
    const message = `/app/prediction-api: error while loading shared libraries: ${'very-'.repeat(40)}long.so: cannot open`;
    const seen = { message, complete: true, exitStatus: 127, engine: 'docker' };
    expect(lines(renderText(report(failsResult({ seen })), { ...plain, columns: 40 }))).toContain(
      `    ${message}`,
    );
  });
});

describe('findings', () => {
  test('stand with errors first', () => {
    const findings = [
      finding({ rule: 'a-note', severity: 'note' }),
      finding({ rule: 'a-warning', severity: 'warning' }),
      finding({ rule: 'an-error', severity: 'error' }),
    ];
    const heads = lines(renderText(report(failsResult({ findings })), plain)).filter((line) =>
      /\[an?-/.test(line),
    );
    expect(heads.map((line) => line.trim().split(':')[0])).toEqual([
      'error[an-error]',
      'warning[a-warning]',
      'note[a-note]',
    ]);
  });

  test('that share a remedy tell it once', () => {
    const text = renderText(
      report(failsResult({ findings: [finding(), finding({ subject: 'other' })] })),
      plain,
    );
    expect(text.match(/Take an image with glibc/g)).toHaveLength(1);
  });

  test('of one rule are cut at five unless all are asked for', () => {
    const findings = Array.from({ length: 8 }, (_, index) =>
      finding({ rule: 'symbol-missing', subject: `s${index}` }),
    );
    const short = renderText(report(failsResult({ findings })), plain);
    expect(short.match(/error\[symbol-missing\]/g)).toHaveLength(5);
    expect(short).toContain('and 3 more of symbol-missing (--verbose lists them)');
    const long = renderText(report(failsResult({ findings })), { ...plain, verbose: true });
    expect(long.match(/error\[symbol-missing\]/g)).toHaveLength(8);
  });

  test('that rest on a guess say so', () => {
    const text = renderText(report(failsResult({ findings: [finding({ confidence: 'likely' })] })), plain);
    expect(text).toContain('error[interpreter-missing] (likely):');
  });
});

describe('several results', () => {
  const other = { ...runsResult().binary, path: './worker' };

  test('make a table, then the details of what does not run', () => {
    const text = renderText(
      report(failsResult(), runsResult(), failsResult({ binary: other }), runsResult({ binary: other })),
      plain,
    );
    expect(lines(text).slice(0, 6)).toEqual([
      '                alpine:3.19    debian:12-slim',
      'prediction-api  ✗ interpreter  ✓ starts',
      'worker          ✗ interpreter  ✓ starts',
      '',
      '2 of 4 start, 2 will not',
      '',
    ]);
    expect(text.match(/^✗ .* will not start in/gm)).toHaveLength(2);
    expect(text).not.toContain('✓ worker starts');
  });

  test('become one line a pair where the table is wider than the terminal', () => {
    const text = renderText(report(failsResult(), runsResult()), { ...plain, columns: 40 });
    expect(lines(text).slice(0, 2)).toEqual([
      '✗ interpreter  prediction-api in alpine:3.19',
      '✓ starts       prediction-api in debian:12-slim',
    ]);
  });

  test('name binaries by their paths where two have the same file name', () => {
    const twin = { ...other, path: './old/prediction-api' };
    const text = renderText(report(runsResult(), runsResult({ binary: twin })), plain);
    expect(text).toContain('./target/prediction-api  ✓ starts');
    expect(text).toContain('./old/prediction-api     ✓ starts');
  });

  test('line up wide characters', () => {
    const wide = { ...other, path: './予測' };
    const text = renderText(report(runsResult(), runsResult({ binary: wide })), plain);
    expect(text).toContain('予測            ✓ starts');
  });
});

describe('an unknown verdict', () => {
  test('prints no verdict on its own', () => {
    expect(renderText(report(unknownResult()), plain)).toBe('');
  });

  test('is an open cell beside what was decided, with no details', () => {
    const text = renderText(report(runsResult(), unknownResult()), plain);
    expect(text).toContain('? unknown');
    expect(text).toContain('1 of 2 start, 1 unknown');
    expect(text).not.toContain('unknown whether');
  });

  test('is one line a reason', () => {
    const call = { problem: 'call', reason: './nothing: no such file' } as const;
    const worker = { ...unknownResult().binary, path: './worker' };
    expect(
      unknownLines(
        report(
          runsResult(),
          unknownResult(),
          unknownResult({ binary: worker }),
          unknownResult(call),
          unknownResult(call),
        ),
        false,
      ),
    ).toEqual([
      'unknown: 2 checks in ghcr.example/app:1: no engine answers at /var/run/docker.sock: start Docker, or name another source',
      './nothing: no such file',
    ]);
  });

  test('tells what is known all the same, apart from the report', () => {
    const text = unknownDetails(report(runsResult(), unknownResult({ findings: [finding()] })), plain);
    expect(lines(text)[0]).toBe('? unknown whether prediction-api starts in ghcr.example/app:1');
    expect(text).toContain('error[interpreter-missing]');
  });
});

/** Every string of `value` replaced by what `change` makes of it. */
function mapStrings<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)])) as T;
}

/** A result whose strings from files hold `text`; words with a fixed meaning stay. */
function hostile(result: CheckResult, text: string): CheckResult {
  const { verdict, stage, problem, binary, image, findings } = result;
  const changed = mapStrings(result, (value) => `${value}${text}`);
  return {
    ...changed,
    verdict,
    stage,
    problem,
    binary: { ...changed.binary, kind: binary.kind },
    image: {
      ...changed.image,
      source: image.source,
      libc: { ...changed.image.libc, family: image.libc.family },
    },
    findings: changed.findings.map((item, position) => {
      const { severity = 'error', confidence = 'exact' } = findings[position] ?? {};
      return { ...item, severity, confidence };
    }),
  };
}

describe('text from files', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  const forbidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

  test('cannot move the cursor, change colours, or turn the direction of reading', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        'a',
        '\u001b',
        '[2J',
        '\u009b',
        '\u202e',
        '\u2066',
        '\r',
        '\b',
        '\u007f',
        '\ud800',
      ),
    });
    fc.assert(
      fc.property(nasty, fc.boolean(), (text, verbose) => {
        const results = [
          hostile(failsResult(), text),
          hostile(runsResult(), text),
          hostile(unknownResult(), text),
        ];
        const options = { ...plain, verbose };
        for (const result of results) expect(renderText(report(result), options)).not.toMatch(forbidden);
        expect(renderText(report(...results), options)).not.toMatch(forbidden);
        expect(unknownDetails(report(...results), options)).not.toMatch(forbidden);
        expect(unknownLines(report(...results), false).join('\n')).not.toMatch(forbidden);
      }),
      { numRuns: 200 },
    );
  });

  test('is shown, not dropped', () => {
    const seen = { message: 'lib\u001b[2J.so: not found', complete: true, exitStatus: 127, engine: 'docker' };
    expect(renderText(report(failsResult({ seen })), plain)).toContain('lib\\x1b[2J.so: not found');
  });
});

describe('the look', () => {
  const all = report(
    failsResult(),
    runsResult({ findings: [finding({ severity: 'warning' })] }),
    unknownResult(),
  );

  test('is the same words with colours as without', () => {
    const colored = renderText(all, { ...plain, color: true, verbose: true });
    expect(colored).toContain('\u001b[');
    const trimmed = (text: string): string => text.replace(/ +$/gm, '');
    expect(trimmed(stripVTControlCharacters(colored))).toBe(renderText(all, { ...plain, verbose: true }));
  });

  test('is ASCII where the terminal shows no more', () => {
    expect(renderText(all, { ...plain, unicode: false, verbose: true })).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test('keeps prose within the width', () => {
    for (const columns of [60, 80, 100]) {
      const wide = lines(renderText(all, { ...plain, columns })).filter(
        (line) => displayWidth(line) > columns,
      );
      expect(wide.filter((line) => !line.includes('cargo build'))).toEqual([]);
    }
  });
});

describe('a tree of libraries', () => {
  test('stays finite when objects name each other as their askers', () => {
    const circle = (soname: string, neededBy: string) => ({
      soname,
      path: `/lib/${soname}`,
      neededBy,
      foundBy: 'x',
      trail: [],
    });
    const objects = [circle('a.so', 'b.so'), circle('b.so', 'a.so'), circle('c.so', 'c.so')];
    const text = renderText(report(runsResult({ objects })), { ...plain, verbose: true });
    for (const object of objects) expect(text.match(new RegExp(`${object.soname} →`, 'g'))).toHaveLength(1);
  });
});

describe("the chain of an image's own command", () => {
  const by = '/entrypoint.sh';
  const place = { file: by, line: 9 };
  const links = (last: CheckResult): CheckResult[] => [
    runsResult({ command: { argv: [by, 'gosu'], link: 1, by: null, place: null } }),
    runsResult({ command: { argv: ['gosu', 'a b', null, '\u001b[1m'], link: 2, by, place } }),
    last,
  ];

  test('is one line a link, with the line of the script that executes it', () => {
    const fails = failsResult({ command: { argv: ['app'], link: 3, by: 'gosu', place: null } });
    const text = renderText(report(...links(fails)), plain);
    expect(lines(text).slice(0, 7)).toEqual([
      'debian:12-slim',
      '  ✓ /entrypoint.sh gosu',
      "  └─ ✓ gosu 'a b' … '\\x1b[1m'  (/entrypoint.sh, line 9)",
      '     └─ ✗ app',
      '',
      '2 of 3 start, 1 will not',
      '',
    ]);
  });

  test('ends where it is not known, and stays within the terminal', () => {
    const unknown = unknownResult({ command: { argv: [], link: 3, by, place: { file: by, line: 12 } } });
    const text = renderText(report(...links(unknown)), { ...plain, columns: 52, unicode: false });
    expect(lines(text).slice(2, 4)).toEqual([
      "  `- [ok] gosu 'a b' ... '\\...  (/entrypoint.sh, line 9)",
      '     `- [?] unknown  (/entrypoint.sh, line 12)',
    ]);
  });
});
