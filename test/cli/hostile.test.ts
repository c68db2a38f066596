import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { recordingTerminal } from './recording-terminal.ts';

const programs = fileURLToPath(new URL('../../fixtures/bin/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'libc-check-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Erases the screen, turns the text red, and turns the direction of reading. */
const nasty = '\u001b[2J\u001b[31m\u009b1m\u202e';

const badlyNamed = join(folder, `program${nasty}\n✓ all is well`);
copyFileSync(join(programs, 'missing-library'), badlyNamed);

/** A program whose needed library has a name of the same length with an escape sequence in it. */
const badlyNeeding = join(folder, 'needing');
const bytes = readFileSync(join(programs, 'missing-library')).toString('latin1');
writeFileSync(badlyNeeding, Buffer.from(bytes.replace('libmodel.so.1', 'lib\u001b[2J\u009bm.so'), 'latin1'), {
  mode: 0o755,
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const image = ['--image', 'profile:debian:12-slim'];

describe('names that would act on a terminal are shown and do nothing', () => {
  test.each([
    ['of a binary', [badlyNamed, ...image]],
    ['of a binary among others', [badlyNamed, badlyNeeding, ...image, '--verbose']],
    ['of a binary, in JSON', [badlyNamed, ...image, '--json']],
    ['of a library', [badlyNeeding, ...image, '--verbose']],
    ['of a library, in JSON', [badlyNeeding, ...image, '--json']],
    ['of a library, in an inspection', ['inspect', badlyNeeding, '--verbose']],
    ['of a library, in the JSON of an inspection', ['inspect', badlyNeeding, '--json']],
    ['of a file that is not there', [`./nothing${nasty}`, ...image]],
    ['of an image', [badlyNeeding, '--image', `nothing${nasty}`]],
    ['of an image file', [badlyNeeding, '--image', `./nothing${nasty}.tar`]],
    ['of a rule', ['explain', `rule${nasty}`]],
    ['of a profile', ['profile', 'show', `nothing${nasty}`]],
    ['of a file to write', [badlyNeeding, ...image, '--output', `${folder}/nothing/${nasty}`]],
    ['of an option', [badlyNeeding, ...image, `--nothing${nasty}`]],
    ['of a variable', [badlyNeeding, ...image, '--env', `=${nasty}`]],
  ])('%s', async (_what, argv) => {
    const { terminal, written } = recordingTerminal({ env: { LANG: 'C.UTF-8' } });
    await run(argv, terminal);
    expect(written.stdout + written.stderr).not.toBe('');
    expect(written.stdout).not.toMatch(acting);
    expect(written.stderr).not.toMatch(acting);
  });

  test('and a line break in a name makes no verdict of its own', async () => {
    const { terminal, written } = recordingTerminal({ env: { LANG: 'C.UTF-8' } });
    await run([badlyNamed, badlyNeeding, ...image], terminal);
    expect(written.stdout).not.toMatch(/^✓/m);
  });
});
