import type { Bounds, Trick } from '../trick.ts';

export const program = 'fixtures/bin/glibc-dynamic';
export const image = ['--image', 'profile:debian:12'] as const;
export const soon: Partial<Bounds> = { seconds: 20, processorSeconds: 10, memoryMiB: 200 };

const wrongCall = [2] as const;

/** A call that is wrong: exit 2 and one line. */
const refused = (name: string, argv: readonly string[], changes: Partial<Trick> = {}): Trick => ({
  name,
  prepare: () => ({ argv }),
  status: wrongCall,
  errorLines: 2,
  bounds: soon,
  ...changes,
});

const checked = (name: string, words: readonly string[], changes: Partial<Trick> = {}): Trick =>
  refused(name, [program, ...image, ...words], changes);

const long = 'x'.repeat(100_000);

const words: readonly Trick[] = [
  refused('no word at all', [], { errorLines: 8, small: true }),
  refused('an empty word', ['', ...image], { small: true }),
  refused('-- alone', ['--'], { errorLines: 8 }),
  refused('a blank', [' ', ...image]),
  refused('a dot', ['.', '--image'], { errorLines: 3 }),
  refused('a word of 100 KB', [long, ...image], { saysNot: /x{300}/, status: [2, 3], small: true }),
  refused('an option of 100 KB', [`--${long}`, program, ...image], { saysNot: /x{300}/ }),
  refused('a value of 100 KB', [program, '--image', long], { saysNot: /x{300}/, status: [2, 3] }),
  refused(
    '10,000 binaries that are not there',
    [...Array.from({ length: 10_000 }, (_, at) => `no-${at}`), ...image],
    {
      errorLines: 10_001,
      bounds: { seconds: 60, processorSeconds: 30 },
      status: [2],
    },
  ),
  refused('an unknown command', ['exlpain', 'interpreter-missing'], { says: /explain/ }),
  refused('an unknown option', [program, ...image, '--imgae', 'x'], { says: /--image/, small: true }),
  refused('a command of escapes', ['\x1b]0;title\x07', ...image]),
  refused('a binary with a line break', ['a\nb', ...image]),
  refused('a binary with carriage returns', ['a\r\rroot ok', ...image]),
  refused('a binary that writes backwards', ['\u202egpj.exe', ...image]),
  refused('a binary of zero width', ['\u200b\u2060\ufeff', ...image]),
  refused('a binary of tags', [`a${String.fromCodePoint(0xe0041, 0xe0042)}`, ...image], {
    saysNot: /\u{e0041}/u,
  }),
  refused('a word of half a surrogate', ['\ud800', ...image]),
  refused('keys of a prototype', ['--__proto__.x=1', '--constructor', program, ...image]),
  refused('options with dots', ['--image.x=1', program, ...image]),
  refused('-- in front of an option', [program, '--', '--image', 'scratch'], { errorLines: 8 }),
  refused('an option without its value', [program, '--image']),
  refused('an option as a value', [program, '--image', '--json']),
  refused('an empty image', [program, '--image', ''], { small: true }),
  refused('an image of escapes', [program, '--image', 'dir:\x1b[2J'], { status: [2, 3] }),
  refused('a source of no name', [program, '--image', ':x'], { status: [2, 3] }),
  refused('a source without a reference', [program, '--image', 'docker:'], { status: [2, 3] }),
  refused('an image that writes backwards', [program, '--image', 'dir:/\u202e'], { status: [2, 3] }),
  refused('explain of a path', ['explain', '../../package']),
  refused('explain of a prototype', ['explain', '__proto__']),
  refused('completion of no shell', ['completion', '../bash']),
  refused('help of no command', ['help', 'toString']),
  refused('inspect of nothing', ['inspect'], { errorLines: 8 }),
  refused('inspect of a folder that is not there', ['inspect', '/no/such']),
  refused('a profile of a prototype', ['profile', 'show', '__proto__'], { status: [2, 3] }),
  refused('a profile that climbs', ['profile', 'show', '../../../etc/passwd'], { status: [2, 3] }),
  refused('cache of no command', ['cache', 'burn']),
];

const values: readonly Trick[] = [
  checked('--json=maybe', ['--json=maybe'], { status: [0, 2] }),
  checked('two formats', ['--json', '--format', 'text']),
  checked('a format that is none', ['--format', 'yaml'], { small: true }),
  checked('a platform cut off', ['--platform', 'linux/']),
  checked('a platform of slashes', ['--platform', '////']),
  checked('a platform of escapes', ['--platform', 'linux/\x1b[31m'], { status: [2, 3] }),
  checked('an engine that is none', ['--engine', 'dokcer'], { says: /docker/ }),
  checked('a kernel that is none', ['--kernel', '6.x']),
  checked('a kernel without an end', ['--kernel', '9'.repeat(400)]),
  checked('a kernel below zero', ['--kernel=-1']),
  checked('a processor that is none', ['--cpu', 'x86-64-v9']),
  checked('a capability that is none', ['--cap-add', 'EVERYTHING']),
  checked('a security option that is none', ['--security-opt', 'seccomp=unconfined']),
  checked('a user with a line break', ['--user', 'root\n'], { status: [2, 3, 1] }),
  checked('a user of 40 digits', ['--user', '9'.repeat(40)], { status: [1, 2, 3] }),
  checked('a user of colons', ['--user', ':::'], { status: [0, 1, 2, 3] }),
  checked('a user that is not there', ['--user', 'nobody-here'], { status: [1, 3] }),
  checked('a place without a slash in front', ['--at', 'app/bin'], { status: [0, 2] }),
  checked('a place that climbs', ['--at', '/../../x'], { status: [0, 2] }),
  checked('a place below a file', ['--at', '/etc/passwd/x'], { status: [0, 1, 2, 3] }),
  checked('what is added without a colon', ['--add', 'x']),
  checked('what is added to nowhere', ['--add', `${program}:`]),
  checked('what is added from nowhere', ['--add', ':/x']),
  checked('what is added is not there', ['--add', '/no/such:/x']),
  checked('a variable without a name', ['--env', '=x'], { status: [0, 2] }),
  checked('a variable of escapes', ['--env', 'LD_LIBRARY_PATH=\x1b[2J'], { status: [0, 2] }),
  checked(
    'a variable of 200 KB',
    ['--env', `X=${'y'.repeat(120_000)}`, '--env', `Y=${'y'.repeat(120_000)}`],
    {
      status: [0, 1],
    },
  ),
  checked('20,000 variables', Array.from({ length: 20_000 }, (_, at) => [`--env`, `V${at}=${at}`]).flat(), {
    status: [0, 1],
    errorLines: 0,
  }),
  checked('3,000 images', Array.from({ length: 3_000 }, () => ['--image', 'scratch']).flat(), {
    status: [1, 2],
    bounds: { seconds: 60, processorSeconds: 30 },
  }),
  checked('an entrypoint beside a binary', ['--entrypoint', '']),
  checked('a caller that is not there', ['--loaded-by', '/no/such'], { status: [0, 1, 2, 3] }),
  checked('a library before it that is not there', ['--loaded-before', '/no/such'], { status: [0, 1, 2, 3] }),
  checked('a mirror that is no host', ['--registry-mirror', 'http://[::1'], { status: [0, 2] }),
  checked('an allowed host of escapes', ['--registry-allow', '\x1b'], { status: [0, 2] }),
  refused('an empty entrypoint of an image', ['--image', 'scratch', '--entrypoint', ''], {
    status: [1, 2, 3],
  }),
  refused('an image without a command', ['--image', 'scratch'], { status: [1, 2, 3] }),
];

export const wordings: readonly Trick[] = [...words, ...values];
