// Cold checks from a registry on loopback.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, dataFolder, find, predictionApi, run, works } from '../machine.mjs';
import { compare, leftOut, milliseconds, tellComparison, timeOf } from '../measure.mjs';
import { writeOciImage } from '../oci-image.mjs';
import { oneLayer, registryReason, withRegistry } from '../registry.mjs';
import { rootFileSystem } from '../root-file-system.mjs';

const layerCount = 10;
const largeSize = 1000 ** 3;

/** Layers of one tree each, in folders of their own, until they are a gigabyte. */
function largeImage({ folder, tarball }, target) {
  const { length } = readFileSync(tarball);
  const copies = Math.ceil(largeSize / layerCount / length);
  const tars = Array.from({ length: layerCount }, (_, layer) => {
    const tar = join(dataFolder, `layer-${layer}.tar`);
    rmSync(tar, { force: true });
    for (let copy = 0; copy < copies; copy++) {
      run([
        'tar',
        '-rf',
        tar,
        '--exclude=./dev/*',
        `--transform=s,^\\.,copy-${layer}-${copy},`,
        '-C',
        folder,
        '.',
      ]);
    }
    return tar;
  });
  writeOciImage(target, tars);
  for (const tar of tars) rmSync(tar);
}

const bareGunzip = `const fs = require('node:fs');
require('node:stream').pipeline(fs.createReadStream(process.argv[1]), require('node:zlib').createGunzip({ chunkSize: 65536 }), async function* (s) { for await (const _ of s); }, (e) => { if (e) throw e; });`;

function tenLayers(root) {
  const layout = join(dataFolder, 'ten-layers');
  if (!existsSync(join(layout, 'oci-layout'))) largeImage(root, layout);
  return layout;
}

function rows(base, small, host, folder) {
  const check = (name, preload = []) => ({
    argv: [
      process.execPath,
      ...preload,
      command,
      predictionApi,
      '--image',
      `registry:${host}/bench/${name}:1`,
      '--no-cache',
    ],
    statuses: [0, 1],
  });
  const { layers } = manifestOf(small);
  const blob = join(small, 'blobs', 'sha256', layers[0].digest.slice('sha256:'.length));
  const what = `cold check from a registry on loopback, ${base.name} in one layer`;
  const theirs = { argv: [process.execPath, '-e', bareGunzip, blob] };
  tellComparison(
    what,
    'a bare Node gunzip of that layer',
    1.4,
    compare({ ours: check('small'), theirs, pairs: 9 }),
  );
  againstPodman(host, check);
  peakMemory(folder, check);
}

function manifestOf(layout) {
  const read = (path) => JSON.parse(readFileSync(join(layout, path), 'utf8'));
  return read(join('blobs', 'sha256', read('index.json').manifests[0].digest.slice('sha256:'.length)));
}

function againstPodman(host, check) {
  for (const name of ['small', 'large']) {
    const what = `cold check from a registry on loopback, the ${name} image`;
    if (find('podman') === null) {
      leftOut(`${what}, against \`podman pull\``, 'no podman here');
      continue;
    }
    const image = `${host}/bench/${name}:1`;
    const theirs = { argv: ['podman', 'pull', '--quiet', '--tls-verify=false', image] };
    const prepare = () => works(['podman', 'rmi', '--force', image]);
    tellComparison(what, '`podman pull`', 0.3, compare({ ours: check(name), theirs, pairs: 5, prepare }));
  }
}

function peakMemory(folder, check) {
  const peak = join(folder, 'peak');
  const hook = join(folder, 'peak.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)));`,
  );
  const taken = timeOf(check('large', ['--require', hook]));
  const mebibytes = Number(readFileSync(peak, 'utf8')) / 1024;
  process.stdout.write(
    `peak memory, an image of 1 GB in ${layerCount} layers from a registry on loopback\n` +
      `    ${Math.round(mebibytes)} MiB (in ${milliseconds(taken)}), at most 150 MB: ${mebibytes * 1.048576 <= 150 ? 'met' : 'NOT MET'}\n`,
  );
}

const reason = registryReason();
if (reason !== null) leftOut('cold checks from a registry', reason);
else {
  const base = rootFileSystem();
  const small = oneLayer(base);
  const layouts = { small, large: tenLayers(base) };
  await withRegistry(layouts, (host, folder) => rows(base, small, host, folder));
}
