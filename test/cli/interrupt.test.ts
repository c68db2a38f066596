import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const program = fileURLToPath(new URL('../../fixtures/prediction-api', import.meta.url));
const folder = temporaryFolder();
const tree = join(folder, 'tree');

/** A tree that takes seconds to look through: many names of two files. */
beforeAll(() => {
  const text = join(folder, 'text');
  const binary = join(folder, 'binary');
  writeFileSync(text, 'text');
  writeFileSync(binary, '\x7fELF');
  for (let branch = 0; branch < 150; branch++) {
    mkdirSync(join(tree, `${branch}`), { recursive: true });
    for (let leaf = 0; leaf < 300; leaf++) linkSync(text, join(tree, `${branch}/${leaf}.txt`));
    linkSync(binary, join(tree, `${branch}/lib.so`));
  }
});

/** The command on a terminal: Ctrl-C is typed once `words` are shown. Gives the exit status, what was shown, and how long it took to end. */
async function interrupted(words: string, args: readonly string[], env: Record<string, string> = {}) {
  const line = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', XDG_CACHE_HOME: join(folder, 'cache'), ...env },
  });
  let shown = '';
  let typedAt = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (typedAt > 0 || !shown.includes(words)) return;
    typedAt = Date.now();
    child.stdin.write('\x03');
  });
  const [status] = await once(child, 'exit');
  return { status, shown, took: typedAt === 0 ? Number.POSITIVE_INFINITY : Date.now() - typedAt };
}

const inAnImage = ['--image', 'profile:alpine:3.19'];

describeNeeding('on a terminal', [needProgram('script')], () => {
  test.each<[string, string, readonly string[]]>([
    ['a tree is looked through', 'looking for binaries in', [tree, ...inAnImage]],
    ['a tree is inspected', 'looking for binaries in', ['inspect', tree]],
    ['a tree is added', 'reading', [program, '--add', `${tree}:/opt`, ...inAnImage]],
    ['a folder is read as an image', 'reading the folder', [program, '--image', `dir:${tree}`]],
    ['an image is awaited on standard input', 'waiting for standard input', [program, '--image', 'tar:-']],
    ['a profile is built', 'reading the folder', ['profile', 'build', `dir:${tree}`, '-o', '/dev/null']],
  ])('it is shown that %s, and Ctrl-C ends it at once', async (_, words, args) => {
    const { status, shown, took } = await interrupted(words, args);
    expect(shown).toContain(words);
    expect(status).toBe(130);
    expect(took).toBeLessThan(1000);
    expect(shown).not.toMatch(/will not start|error|warning/);
  });

  test('it is shown that an engine is asked, and Ctrl-C ends it at once', async () => {
    const silent = createServer(() => {}).listen(join(folder, 'engine.sock'));
    await once(silent, 'listening');
    const env = { DOCKER_HOST: `unix://${join(folder, 'engine.sock')}` };
    const { status, took } = await interrupted('asking Docker', [program, '--image', 'docker:a'], env);
    silent.close();
    expect(status).toBe(130);
    expect(took).toBeLessThan(1000);
  });
});
