// The installation of the packed package into an empty folder, beside that of a package of a few files: both from a tarball,
// without a network. Tells too what is installed then.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../machine.mjs';
import { compare, tellComparison } from '../measure.mjs';

const folder = mkdtempSync(join(tmpdir(), 'libc-check-install-'));

/** Packs the package in `from`; gives the path of the tarball. */
function pack(from, ...options) {
  const argv = ['npm', 'pack', '--silent', ...options, '--pack-destination', folder];
  return join(folder, run(argv, { cwd: from }).trim().split('\n').at(-1));
}

function packTinyPackage() {
  const tiny = join(folder, 'tiny');
  mkdirSync(tiny);
  writeFileSync(join(tiny, 'package.json'), '{ "name": "tiny", "version": "1.0.0", "main": "index.js" }\n');
  writeFileSync(join(tiny, 'index.js'), 'module.exports = 1;\n');
  writeFileSync(join(tiny, 'README.md'), '# tiny\n');
  return pack(tiny);
}

const user = join(folder, 'user');
function emptyUser() {
  rmSync(user, { recursive: true, force: true });
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "version": "1.0.0", "private": true }\n');
}

const install = (tarball) => ({
  argv: ['npm', 'install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'), tarball],
  env: { npm_config_update_notifier: 'false' },
  cwd: user,
});

/** Bytes of the files below a folder for which `counts` holds. */
function bytesOf(path, counts) {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(counts)
    .map((file) => statSync(join(path, file)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

try {
  const theirs = install(packTinyPackage());
  // What `npm pack` would build first has just been built.
  const ours = install(pack(root, '--ignore-scripts'));
  const result = compare({ ours, theirs, pairs: 15, prepare: emptyUser });
  tellComparison('npm install of the packed package', 'of one with three files', 2.5, result);
  const { packages } = JSON.parse(readFileSync(join(user, 'node_modules', '.package-lock.json'), 'utf8'));
  const names = Object.keys(packages);
  const installed = join(user, 'node_modules', 'libc-check');
  const isProfile = (file) => file.startsWith(join('dist', 'profiles'));
  const scripts = names.filter((name) => packages[name].hasInstallScript).length;
  process.stdout.write(
    `    installed: ${names.length} package, ${scripts} install scripts; ` +
      `${megabytes(bytesOf(installed, (file) => !isProfile(file)))} of code, ${megabytes(bytesOf(installed, isProfile))} of profiles\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
