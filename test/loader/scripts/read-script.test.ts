import { describe, expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { copy, text } from '../cases/case.ts';
import { containerOf } from '../run-case.ts';

const bash = copy('usr/bin/bash', 'glibc-hello/p');

async function ending(image: 'glibc-2.36' | 'alpine-3.19', ...scripts: readonly string[]): Promise<unknown> {
  const files = scripts.map((line, at) => text(`t/s${at}`, `${line}\n`, 0o755));
  const container = await containerOf({ image, layers: [[...files, bash]] }, 'docker');
  return simulateStart(container, '/t/s0').ending;
}

describe('what follows the shell in the first line is one option to it (K3)', () => {
  test.each([
    ['glibc-2.36', '#!/bin/sh -e -u', 2, '/bin/sh: 0: Illegal option -'],
    ['glibc-2.36', '#!/bin/sh -eo pipefail', 2, '/bin/sh: 0: Illegal option -o /t/s0'],
    [
      'glibc-2.36',
      '#!/bin/bash -euo pipefail',
      2,
      '/bin/bash: line 0: /bin/bash: /t/s0: invalid option name',
    ],
    ['glibc-2.36', '#!/bin/bash -x -u', 2, '/bin/bash: - : invalid option'],
    ['glibc-2.36', '#!/bin/bash -e -u', 1, '/bin/bash: - : invalid option'],
    ['alpine-3.19', '#!/bin/sh -o pipefail', 0, '/bin/sh: illegal option -o /t/s0'],
    ['alpine-3.19', '#!/bin/sh -e -u', 2, '/bin/sh: illegal option -'],
    ['glibc-2.36', '#!/bin/sh # comment', 2, '/bin/sh: 0: cannot open # comment: No such file'],
    ['glibc-2.36', '#!/bin/bash #comment', 127, '/bin/bash: #comment: No such file or directory'],
    ['alpine-3.19', '#!/bin/sh #comment', 2, "/bin/sh: can't open '#comment': No such file or directory"],
  ] as const)('%s: %s', async (image, line, exitStatus, message) => {
    expect(await ending(image, line)).toMatchObject({ kind: 'stops', exitStatus, message });
  });

  test.each([
    ['glibc-2.36', '#!/bin/sh -eu'],
    ['alpine-3.19', '#!/bin/sh -- -u'],
  ] as const)('%s: %s starts', async (image, line) => {
    expect(await ending(image, line)).toMatchObject({ kind: 'starts' });
  });
});

test('the interpreter of the sixth script is looked for before the chain is refused (K5)', async () => {
  const chain = [1, 2, 3, 4, 5].map((next) => `#!/t/s${next}`);
  const [missing, found] = [
    await ending('glibc-2.36', ...chain, '#!/none'),
    await ending('glibc-2.36', ...chain, '#!/bin/sh'),
  ];
  expect(missing).toMatchObject({ message: 'exec /t/s0: no such file or directory' });
  expect(found).toMatchObject({ message: 'exec /t/s0: too many levels of symbolic links' });
});
