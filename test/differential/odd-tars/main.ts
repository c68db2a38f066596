// Gives each odd layer to Docker and to Podman, and records what they did: `npm run test:tars`. Needs both, and a Docker Engine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oddTars } from '../../image/layer/odd-tars.ts';
import { archiveOf, type Outcome, outcomeOfDocker, refusalOfPodman } from './engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-tars-'));
const archive = join(folder, 'odd.tar');
const outcomes: Record<string, Outcome> = {};
let differing = 0;
try {
  for (const { name, bytes } of oddTars) {
    writeFileSync(archive, archiveOf(bytes, 'odd:1'));
    const docker = outcomeOfDocker(archive);
    const podman = refusalOfPodman(archive, folder);
    outcomes[name] = docker;
    const isSame = 'refused' in docker === (podman !== null);
    if (!isSame) differing++;
    const words = 'refused' in docker ? `refused: ${docker.refused}` : `${docker.tree.length} entries`;
    process.stdout.write(
      `${isSame ? '  ' : '≠ '}${name}: ${words}${isSame ? '' : `; Podman: ${podman ?? 'takes it'}`}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync('test/image/layer/odd-tars.json', `${JSON.stringify(outcomes, null, 2)}\n`);
const refused = Object.values(outcomes).filter((outcome) => 'refused' in outcome).length;
process.stdout.write(
  `${oddTars.length} layers: Docker refuses ${refused}; Podman does otherwise with ${differing}\n`,
);
