// `inspect` of a 100 MB executable, whole process: prediction-api with 100 MB behind it that its hash covers.
import { copyFileSync, existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, libcCheck, predictionApi } from '../machine.mjs';
import { compare, tellComparison } from '../measure.mjs';

const large = join(dataFolder, 'large-executable');
if (!existsSync(large)) {
  copyFileSync(predictionApi, large);
  truncateSync(large, 100 * 1000 ** 2);
}
const ours = { argv: libcCheck('inspect', large) };
const theirs = { argv: [process.execPath, '-e', '0'] };
const what = '`inspect` of a 100 MB executable';
tellComparison(what, '`node -e 0`', 1.3, compare({ ours, theirs, pairs: 21 }));
const hash = `const c = require('node:crypto').createHash('sha256'); const b = Buffer.alloc(2 ** 20); const fs = require('node:fs');
const fd = fs.openSync(process.argv[1]); for (let n; (n = fs.readSync(fd, b)) > 0; ) c.update(b.subarray(0, n)); c.digest('hex')`;
const bare = { argv: [process.execPath, '-e', hash, large] };
tellComparison(
  'the same',
  'a bare Node that makes its sha256',
  1.3,
  compare({ ours, theirs: bare, pairs: 21 }),
);
