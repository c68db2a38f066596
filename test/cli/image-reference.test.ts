import { expect, test } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { recordingTerminal } from './recording-terminal.ts';

const program = 'fixtures/bin/glibc-dynamic';

test.each([
  ['when the source has it', ['--source', 'profile', '--image', 'debian:12-slim'], 'debian:12-slim', 0],
  ['when the source does not have it', ['--source', 'profile', '--image', 'alpine:9.99'], 'alpine:9.99', 2],
  ['with a source in front', ['--image', 'profile:debian:12-slim'], 'profile:debian:12-slim', 0],
  [
    'with a source in front, when it is not there',
    ['--image', 'profile:alpine:9.99'],
    'profile:alpine:9.99',
    2,
  ],
])('the report names the image as it was asked for %s', async (_what, options, reference, exitStatus) => {
  const { terminal, written } = recordingTerminal({});
  expect(await run([program, ...options, '--json'], terminal)).toBe(exitStatus);
  expect(JSON.parse(written.stdout).results[0].image.reference).toBe(reference);
});

test('the error names the source that was asked', async () => {
  const { terminal, written } = recordingTerminal({});
  await run([program, '--source', 'profile', '--image', 'alpine:9.99'], terminal);
  expect(written.stderr).toMatch(/^libc-check: profile:alpine:9\.99: there is no embedded profile of it/);
});
