import { expect, test } from 'vitest';
import { notExecutable } from '../../src/rules/not-executable.ts';
import { contextOf, type Start } from './start.ts';

const ofRoot: Start = { image: 'debian:12-slim', program: 'glibc-static', mode: 0o700, user: '1000' };
const messagesOf = async (start: Start) =>
  notExecutable.check(await contextOf(start)).map(({ message }) => message);
const denied =
  '/glibc-static may not be executed: user 1000 may not execute /glibc-static (mode 0700, owner 0:0).';

test('where no engine is named, what only CAP_DAC_OVERRIDE would start fails, and the engines that start it are named (R5)', async () => {
  expect(await messagesOf(ofRoot)).toEqual([
    `${denied} Docker 25 and later execute it all the same, unless the container drops DAC_OVERRIDE (--engine docker).`,
  ]);
});

test('an engine that is named decides (R5)', async () => {
  expect(await messagesOf({ ...ofRoot, host: { engine: 'docker', overridesInExec: true } })).toEqual([]);
  expect(await messagesOf({ ...ofRoot, host: { engine: 'podman' } })).toEqual([denied]);
});

test('every folder on the way that may not be entered is named, with its mode', async () => {
  const folder = (path: string, mode: number) => ({ type: 'directory', path, mode, uid: 0, gid: 0 }) as const;
  const files = [folder('a', 0o700), folder('a/b', 0o701)];
  const [message = ''] = await messagesOf({
    ...ofRoot,
    mode: 0o755,
    files,
    started: '/a/b/../../glibc-static',
  });
  expect(message).toContain(
    'user 1000 may not enter /a (mode 0700, owner 0:0), /a/b (mode 0701, owner 0:0).',
  );
});
