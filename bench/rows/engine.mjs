// Cold checks of an image in the local Docker Engine: nothing is cached, the engine exports it.
import { existsSync } from 'node:fs';
import { command, find, predictionApi, run, works } from '../machine.mjs';
import { compare, leftOut, tellComparison } from '../measure.mjs';
import { rootFileSystem } from '../root-file-system.mjs';

function row(label, tarball) {
  const what = `cold check, ${label} in the local engine`;
  const image = `libc-check-bench/${label.toLowerCase().replace(/[^a-z0-9]+/g, '-')}:${process.pid}`;
  run(['docker', 'import', tarball, image]);
  try {
    const argv = [process.execPath, command, predictionApi, '--image', `docker:${image}`, '--no-cache'];
    const theirs = { argv: ['docker', 'save', image] };
    tellComparison(
      what,
      '`docker save`',
      1.5,
      compare({ ours: { argv, statuses: [0, 1] }, theirs, pairs: 9 }),
    );
  } finally {
    run(['docker', 'rmi', image]);
  }
}

if (find('docker') === null || !works(['docker', 'version'])) {
  leftOut('cold checks of images in the local engine', 'no Docker Engine answers here');
} else {
  const alpine = process.env.LIBC_CHECK_BENCH_ALPINE;
  if (alpine !== undefined && existsSync(alpine)) row('alpine 3.19', alpine);
  else
    leftOut('cold check, alpine 3.19 in the local engine', 'LIBC_CHECK_BENCH_ALPINE names no tarball of it');
  const { name, tarball } = rootFileSystem();
  row(name, tarball);
}
