// The main job on embedded data: a glibc program checked against two base images, without Docker or a network.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ready } from './ready.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const scenes = [
  { image: 'profile:alpine:3.19', exitStatus: 1, outcome: 'it fails there' },
  { image: 'profile:debian:12-slim', exitStatus: 0, outcome: 'it runs there' },
];

ready();
let asExpected = true;
for (const { image, exitStatus, outcome } of scenes) {
  const args = ['fixtures/prediction-api', '--image', image];
  process.stdout.write(`$ npx libc-check ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const expected = status === exitStatus;
  const remark = expected ? `as expected: ${outcome}` : `expected ${exitStatus}: ${outcome}`;
  process.stdout.write(`exit status ${status} (${remark})\n\n`);
  asExpected &&= expected;
}
process.exitCode = asExpected ? 0 : 1;
