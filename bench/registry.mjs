// A registry on loopback: Debian's docker-registry, filled by skopeo with images that are made here.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, find, run } from './machine.mjs';
import { writeOciImage } from './oci-image.mjs';

/** Why no registry can be started here; null when it can. */
export function registryReason() {
  const missing = ['docker-registry', 'skopeo', 'tar', 'gzip'].filter((program) => find(program) === null);
  return missing.length === 0 ? null : `no ${missing.join(', ')} here`;
}

/** An OCI image layout of a root file system in one layer; made once. */
export function oneLayer({ tarball }) {
  const layout = join(dataFolder, 'one-layer');
  if (!existsSync(join(layout, 'oci-layout'))) writeOciImage(layout, [tarball]);
  return layout;
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function startRegistry(folder) {
  const port = await freePort();
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${join(folder, 'data')}\nhttp:\n  addr: 127.0.0.1:${port}\n`,
  );
  const registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => null);
    if (answer?.ok) return { registry, host: `127.0.0.1:${port}` };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  registry.kill();
  throw new Error('docker-registry does not answer');
}

/** `use` is given the registry's host and a folder for its own files. `layouts`: OCI image layouts by name; each is `bench/NAME:1`. */
export async function withRegistry(layouts, use) {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-bench-'));
  try {
    const { registry, host } = await startRegistry(folder);
    try {
      for (const [name, layout] of Object.entries(layouts)) {
        const to = `docker://${host}/bench/${name}:1`;
        run(['skopeo', 'copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}`, to]);
      }
      await use(host, folder);
    } finally {
      registry.kill();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
