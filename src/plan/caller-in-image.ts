import type { ImageConfig } from '../image/image.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** Folders of PATH where an image says nothing of it. */
const usualFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
/** Where Java is where PATH does not lead to it, as folders of one installation each. */
const javaHomes = ['/usr/lib/jvm', '/opt/java', '/opt'];

const pathFolders = ({ env }: ImageConfig): readonly string[] => {
  const path = env.find((line) => line.startsWith('PATH='));
  return path === undefined ? usualFolders : path.slice('PATH='.length).split(':').filter(Boolean);
};

const isProgram = (rootfs: Rootfs, path: string): boolean => {
  const found = rootfs.lookup(path);
  return found.ok && found.inode.type === 'file' && (found.inode.mode & 0o111) !== 0;
};

function javaOf(config: ImageConfig, rootfs: Rootfs): readonly string[] {
  const home = config.env.find((line) => line.startsWith('JAVA_HOME='))?.slice('JAVA_HOME='.length);
  const homes = javaHomes.flatMap((parent) => rootfs.list(parent).map(({ name }) => `${parent}/${name}`));
  return [...(home === undefined ? [] : [home]), ...homes].map((each) => `${each}/bin/java`);
}

/** `python3`, else the newest `python3.N` of the folder. */
function pythonsIn(rootfs: Rootfs, folder: string): readonly string[] {
  const versions = rootfs.list(folder, /^python3\.\d+$/).map(({ name }) => name);
  const newest = versions.sort((a, b) => Number(b.split('.')[1]) - Number(a.split('.')[1]));
  return ['python3', ...newest].map((name) => `${folder}/${name}`);
}

/** The image's own java or python: in PATH, else where each is installed besides; null where there is none. */
export function callerInImage(host: 'java' | 'python', config: ImageConfig, rootfs: Rootfs): string | null {
  const folders = pathFolders(config);
  const places =
    host === 'java'
      ? [...folders.map((folder) => `${folder}/java`), ...javaOf(config, rootfs)]
      : folders.flatMap((folder) => pythonsIn(rootfs, folder));
  return places.find((path) => isProgram(rootfs, path)) ?? null;
}
