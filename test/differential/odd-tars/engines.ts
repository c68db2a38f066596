import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { baseLayer } from '../../image/layer/odd-tars.ts';
import { tarBytes } from '../../image/tar-bytes.ts';

/** What an engine did with an image of a layer: its words where it refused it, else the tree below the root, a line an entry. */
export type Outcome = { readonly refused: string } | { readonly tree: readonly string[] };

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

function uncompressed(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

/** A `docker save` archive of an image with the base layer and this one on it. */
export function archiveOf(layer: Buffer, name: string): Buffer {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/x'] },
    rootfs: { type: 'layers', diff_ids: [sha256(baseLayer), sha256(uncompressed(layer))] },
  });
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['base.tar', 'odd.tar'] }];
  return tarBytes([
    { name: 'manifest.json', data: JSON.stringify(manifest) },
    { name: 'config.json', data: config },
    { name: 'base.tar', data: baseLayer },
    { name: 'odd.tar', data: layer },
  ]);
}

function run(words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const [program = '', ...rest] = words;
  return spawnSync(program, rest, { encoding: 'utf8' });
}

/** What every container has from its engine. */
const ofEngine =
  /^(?:\.dockerenv|(?:dev|proc|sys)(?:\/.*)?|etc\/?|etc\/(?:mtab|hosts|hostname|resolv\.conf)|run\/?|run\/\.containerenv)$/;

const typesOfListing: Readonly<Record<string, string>> = {
  d: 'directory',
  l: 'symlink',
  '-': 'file',
  h: 'file',
};

function treeOf(listing: string): readonly string[] {
  return listing
    .split('\n')
    .flatMap((line) => {
      const [, type = '', rest = ''] = /^(.)\S+ \S+ +\S+ \S+ \S+ (.*)$/.exec(line) ?? [];
      const [path = ''] = rest.split(/ (?:->|link to) /);
      if (path === '' || path === './' || ofEngine.test(path.replace(/^\.\//, ''))) return [];
      return [`${typesOfListing[type] ?? 'special'} ${path.replace(/^\.\//, '').replace(/\/$/, '')}`];
    })
    .sort();
}

/** Loads the archive of a layer into Docker, and lists a container of it. */
export function outcomeOfDocker(archive: string): Outcome {
  run(['docker', 'rmi', '-f', 'odd:1']);
  const loaded = run(['docker', 'load', '-i', archive]);
  if (loaded.status !== 0) {
    const words = loaded.stderr.trim().split('\n')[0] ?? '';
    return {
      refused: words
        .replace(/^ApplyLayer (?:exit status 1 stdout: *stderr: )?/, '')
        .replace(/ stdout: .*/, '')
        .slice(0, 100),
    };
  }
  const container = run(['docker', 'create', 'odd:1']).stdout.trim();
  const listing = run(['sh', '-c', `docker export ${container} | tar tvf -`]).stdout;
  run(['docker', 'rm', container]);
  return { tree: treeOf(listing) };
}

/** Whether Podman, with a store below `folder`, refuses the archive: its last line, or null. */
export function refusalOfPodman(archive: string, folder: string): string | null {
  const store = ['--root', `${folder}/store`, '--runroot', `${folder}/run`, '--storage-driver', 'vfs'];
  const loaded = run(['podman', ...store, 'load', '-q', '-i', archive]);
  run(['podman', ...store, 'rmi', '-f', '-a']);
  return loaded.status === 0 ? null : (loaded.stderr.trim().split('\n').at(-1) ?? '');
}

/** Whether containerd, at CONTAINERD_ADDRESS, refuses the archive when it unpacks it: its words, or null. */
export function refusalOfContainerd(archive: string): string | null {
  const ctr = ['ctr', '--namespace', 'libc-check-tars', 'images'];
  const imported = run([...ctr, 'import', '--snapshotter', 'native', archive]);
  run([...ctr, 'rm', '--sync', 'docker.io/library/odd:1']);
  if (imported.status === 0) return null;
  const line = imported.stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^.*containerd-mount\d+: /, '').replace(/: unknown$/, '');
}
