import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trick } from '../trick.ts';
import { image, program, soon } from './wordings.ts';

const plain = [program, ...image];

/** A shell that gives the streams of the command other ends. */
const streaming = (name: string, redirection: string, changes: Partial<Trick> = {}): Trick => ({
  name: `a report to ${name}`,
  prepare: () => ({ argv: plain, through: ['/bin/sh', '-c', `"$@" ${redirection}`, 'sh'] }),
  status: [0],
  bounds: soon,
  ...changes,
});

const ends: readonly Trick[] = [
  streaming('a closed output', '>&-', { status: [0, 2, 3] }),
  streaming('closed errors', '2>&-'),
  streaming('a closed input', '<&-'),
  streaming('nothing that is open', '<&- >&- 2>&-', { status: [0, 2, 3] }),
  streaming('a full disk', '> /dev/full', { status: [2, 3] }),
  streaming('a full disk, as JSON', '--json > /dev/full', { status: [2, 3] }),
  streaming('a reader that leaves', '--verbose | true'),
  streaming('a reader that leaves, as JSON', '--json | head -c 1'),
  streaming('an error that nobody reads', '--no-such-option 2>&1 | true'),
];

/** What a report must not be written to. */
const file = (name: string, path: (folder: string) => string, changes: Partial<Trick> = {}): Trick => ({
  name: `-o to ${name}`,
  prepare: (folder) => ({ argv: [...plain, '-o', path(folder)] }),
  status: [2, 3],
  bounds: soon,
  ...changes,
});

const files: readonly Trick[] = [
  file('nothing', () => ''),
  file('a folder', (folder) => folder),
  file('a folder that is not there', (folder) => join(folder, 'no/such'), { small: true }),
  file('a path below a file', () => '/etc/passwd/x'),
  file('/proc', () => '/proc/self/x'),
  file('a full disk', () => '/dev/full'),
  file('/dev/null', () => '/dev/null', { status: [0] }),
  file('a name of 5,000 letters', (folder) => join(folder, 'x'.repeat(5_000)), { saysNot: /x{300}/ }),
  {
    name: '-o to a link to itself',
    prepare: (folder) => {
      symlinkSync('loop', join(folder, 'loop'));
      return { argv: [...plain, '-o', join(folder, 'loop')] };
    },
    status: [2, 3],
    bounds: soon,
  },
  {
    name: '-o through a link to the binary',
    prepare: (folder) => {
      const binary = join(folder, 'binary');
      writeFileSync(binary, readFileSync(program), { mode: 0o755 });
      symlinkSync('binary', join(folder, 'report'));
      const leaves = () =>
        readFileSync(binary).equals(readFileSync(program)) ? [] : ['the binary was overwritten'];
      return { argv: [binary, ...image, '-o', join(folder, 'report')], leaves };
    },
    status: [2],
    bounds: soon,
    small: true,
  },
];

/** The command is stopped in the middle of its work. */
const stopped = (signal: string, status: number): Trick => ({
  name: `SIG${signal} during the work`,
  prepare: () => ({
    argv: ['/usr', '--image', 'scratch', '--quiet'],
    through: ['/bin/sh', '-c', `"$@" & sleep 0.7; kill -${signal} $!; wait $!`, 'sh'],
  }),
  status: [status],
  errorLines: 1,
  bounds: { seconds: 10 },
});

const signals: readonly Trick[] = [stopped('INT', 130), stopped('TERM', 143), stopped('HUP', 129)];

export const streams: readonly Trick[] = [...ends, ...files, ...signals];
