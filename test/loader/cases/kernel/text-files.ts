// Texts without `#!`, and how a shell handles them and a failed execve (K2, K50).
import { type Case, execFails, starts, stops } from '../case.ts';

const musl = 'alpine-3.19';

export const textFileCases: readonly Case[] = [
  {
    id: 'k-text-without-shebang',
    rules: ['K2'],
    shows: 'text is not a program',
    image: musl,
    files: 'script-without-shebang',
    expected: execFails('exec format error'),
  },
  {
    id: 'k-bom',
    rules: ['K2'],
    shows: 'a byte order mark hides the #!',
    image: musl,
    files: 'script-bom',
    expected: execFails('exec format error'),
  },
  {
    id: 'k-blank-before-shebang',
    rules: ['K2'],
    shows: 'so does a blank',
    image: musl,
    files: 'script-blank-first',
    expected: execFails('exec format error'),
  },
  {
    id: 'k-empty-file',
    rules: ['K2'],
    shows: 'an empty file is not a program',
    image: musl,
    files: 'empty-file',
    expected: execFails('exec format error'),
  },
  {
    id: 'k-shell-runs-headerless-script',
    rules: ['K50'],
    shows: 'a shell reads a text without #! itself',
    image: musl,
    files: 'script-without-shebang',
    run: ['/bin/sh', '-c', '/t/p'],
    instead: {
      run: ['/bin/sh'],
      because: 'the entry point is the shell, and it starts; what it reads is its own',
    },
    expected: starts(),
  },
  {
    id: 'k-shell-glibc-binary',
    rules: ['K50'],
    shows: 'a shell says "not found" where execve says ENOENT for the missing loader',
    image: musl,
    files: 'glibc-hello',
    run: ['/bin/sh', '-c', '/t/p'],
    instead: {
      run: ['/t/p'],
      because:
        'the shell starts and calls execve of /t/p, whose outcome it reports in its own words and by its own status',
      ownWords: true,
    },
    expected: stops('interpreter', /\/t\/p: (not found|no such file or directory)$/m, 127),
  },
];
