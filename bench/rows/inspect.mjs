// `inspect` of a 100 MB executable, whole process: prediction-api with 100 MB behind it that its hash covers. Once its hash is
// known from an earlier run, as when the same file is looked at again, and once it has to be made.
import { largeExecutable } from '../large-executable.mjs';
import { libcCheck } from '../machine.mjs';
import { compare, tellComparison } from '../measure.mjs';

const large = await largeExecutable();
const ours = { argv: libcCheck('inspect', large) };
const theirs = { argv: [process.execPath, '-e', '0'] };
const what = '`inspect` of a 100 MB executable';
tellComparison(`${what}, its hash known`, '`node -e 0`', 1.3, compare({ ours, theirs, pairs: 21 }));
const hash = `const c = require('node:crypto').createHash('sha256'); const b = Buffer.alloc(2 ** 20); const fs = require('node:fs');
const fd = fs.openSync(process.argv[1]); for (let n; (n = fs.readSync(fd, b)) > 0; ) c.update(b.subarray(0, n)); c.digest('hex')`;
const bare = { argv: [process.execPath, '-e', hash, large] };
const unknown = { argv: libcCheck('inspect', '--no-cache', large) };
tellComparison(
  `${what}, its hash not known`,
  'a bare Node that makes its sha256 (the limit)',
  1.3,
  compare({ ours: unknown, theirs: bare, pairs: 21 }),
);
