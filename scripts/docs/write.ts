import { readFileSync, writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

for (const { path, renew } of generatedFiles) {
  const text = readFileSync(path, 'utf8');
  const renewed = renew(text);
  if (renewed === text) continue;
  writeFileSync(path, renewed);
  process.stdout.write(`${path} renewed\n`);
}
