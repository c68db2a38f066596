// A warm check of prediction-api against alpine:3.19 (the embedded profile), whole process.
import { spawnSync } from 'node:child_process';
import { command, find, predictionApi, works } from '../machine.mjs';
import { compare, leftOut, tellComparison } from '../measure.mjs';

const image = 'profile:alpine:3.19';

function newestNode() {
  if (find('npx') === null) return null;
  const { stdout } = spawnSync('npx', ['--yes', 'node@24', '-p', 'process.execPath'], { encoding: 'utf8' });
  return stdout?.trim().split('\n').at(-1) || null;
}

function againstNode(node, bar) {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const result = compare({
    ours: { argv: [node, command, predictionApi, '--image', image], statuses: [1] },
    theirs: { argv: [node, '-e', '0'] },
    pairs: 41,
  });
  tellComparison(`warm check, prediction-api × alpine:3.19, Node ${version}`, '`node -e 0`', bar, result);
}

function againstDockerRun() {
  const what = 'the same';
  if (find('docker') === null) return leftOut(what, 'no docker here');
  const docker = ['docker', 'run', '--rm', '--network', 'none', 'alpine:3.19', '/bin/true'];
  if (!works(['docker', 'image', 'inspect', 'alpine:3.19']))
    return leftOut(what, 'the engine has no alpine:3.19');
  if (!works(docker)) return leftOut(what, 'the engine cannot run containers here');
  const result = compare({
    ours: { argv: [process.execPath, command, predictionApi, '--image', image], statuses: [1] },
    theirs: { argv: docker },
    pairs: 9,
  });
  tellComparison(what, '`docker run --rm --network none alpine:3.19 /bin/true`', 0.4, result);
}

againstNode(process.execPath, process.version.startsWith('v20.') ? 1.5 : 2.2);
const newest = newestNode();
if (newest === null) leftOut('the same, Node 24', 'npx cannot give one');
else againstNode(newest, 2.2);
againstDockerRun();
