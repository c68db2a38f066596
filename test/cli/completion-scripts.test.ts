import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completionScripts } from '../../src/cli/completion-scripts.ts';

/** Completes `line` in bash, with a libc-check that answers `answer` and prints its words on stderr. */
function inBash(folder: string, line: string, answer: readonly string[]): string[] {
  const script = `
    libc-check() { printf '%s\\n' "\${@:3}" > asked; printf '%s\\n' ${answer.map((text) => `'${text}'`).join(' ')}; }
    compopt() { :; }
    ${completionScripts.bash}
    COMP_LINE=$1 COMP_POINT=\${#1}
    _libc_check
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script, 'bash', line], { cwd: folder, encoding: 'utf8' });
  return output.split('\n').slice(0, -1);
}

describe('the completion of bash', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'libc-check-completion-'));
    writeFileSync(join(folder, 'my file'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const asked = () =>
    execFileSync('cat', ['asked'], { cwd: folder, encoding: 'utf8' }).split('\n').slice(0, -1);

  test('cuts off what bash keeps of a word with a colon', () => {
    const line = 'libc-check a --image profile:alp';
    expect(inBash(folder, line, ['profile:alpine:3.18', 'profile:alpine:3.19'])).toEqual([
      'alpine:3.18',
      'alpine:3.19',
    ]);
    expect(asked()).toEqual(['a', '--image', 'profile:alp']);
  });

  test('asks for the next word behind a blank, and for the same one behind an escaped blank', () => {
    inBash(folder, 'libc-check explain ', ['interpreter-missing']);
    expect(asked()).toEqual(['explain', '']);
    expect(inBash(folder, 'libc-check a --add my\\ ', [':files'])).toEqual(['my file']);
    expect(asked()).toEqual(['a', '--add', 'my ']);
  });

  test('adds names of files only where they are asked for', () => {
    expect(inBash(folder, 'libc-check m', ['more', ':files'])).toEqual(['more', 'my file']);
    expect(inBash(folder, 'libc-check m', ['more'])).toEqual(['more']);
  });
});
