// Gives each odd layer to Docker, Podman and containerd, and records what Docker did: `npm run test:tars`, with the socket of a containerd
// in CONTAINERD_ADDRESS.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oddTars } from '../../image/layer/odd-tars.ts';
import { archiveOf, type Outcome, outcomeOfDocker, refusalOfContainerd, refusalOfPodman } from './engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-tars-'));
const archive = join(folder, 'odd.tar');
const outcomes: Record<string, Outcome> = {};
const differing = { Podman: 0, containerd: 0 };
const words = (refusal: string | null): string => (refusal === null ? 'takes it' : `refuses it: ${refusal}`);
try {
  for (const { name, bytes } of oddTars) {
    writeFileSync(archive, archiveOf(bytes, 'docker.io/library/odd:1'));
    const outcome = outcomeOfDocker(archive);
    outcomes[name] = outcome;
    const docker = 'refused' in outcome ? outcome.refused : null;
    const others = { Podman: refusalOfPodman(archive, folder), containerd: refusalOfContainerd(archive) };
    process.stdout.write(`${name}: Docker ${words(docker)}\n`);
    for (const engine of ['Podman', 'containerd'] as const) {
      if ((others[engine] === null) === (docker === null)) continue;
      differing[engine]++;
      process.stdout.write(`  ${engine} ${words(others[engine])}\n`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync('test/image/layer/odd-tars.json', `${JSON.stringify(outcomes, null, 2)}\n`);
const refused = Object.values(outcomes).filter((outcome) => 'refused' in outcome).length;
process.stdout.write(
  `${oddTars.length} layers: Docker refuses ${refused}; Podman does otherwise with ${differing.Podman}, containerd with ${differing.containerd}\n`,
);
