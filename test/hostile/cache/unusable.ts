import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { digestOf, OciBlobs } from '../../image/oci-blobs.ts';
import { TestRegistry } from '../../image/registry/test-registry.ts';
import { tarBytes } from '../../image/tar-bytes.ts';
import type { Call, Trick } from '../trick.ts';
import { asAnother, openToAll } from './run.ts';

const program = 'fixtures/bin/glibc-static';
const members = [{ name: 'usr/bin/program', mode: 0o755, data: readFileSync(program) }];

/** A place for a cache that cannot hold one. */
interface Place {
  readonly name: string;
  /** Lays it down, and gives the path. */
  readonly make: (folder: string) => string;
  readonly through?: readonly string[];
  readonly end?: (path: string) => void;
}

const mounted = (options: string) => (folder: string) => {
  const path = join(folder, 'mounted');
  mkdirSync(path);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  return path;
};

const unmount = (path: string): void => {
  spawnSync('umount', [path]);
};

const made = (make: (path: string) => void) => (folder: string) => {
  const path = join(folder, 'cache');
  make(path);
  return path;
};

const places: readonly Place[] = [
  { name: 'a file', make: made((path) => writeFileSync(path, 'mine')) },
  { name: 'below a file', make: (folder) => `${made((path) => writeFileSync(path, 'mine'))(folder)}/below` },
  { name: 'a link to itself', make: made((path) => symlinkSync(path, path)) },
  { name: 'below /proc', make: () => '/proc/nothing/cache' },
  { name: 'below /sys', make: () => '/sys/nothing/cache' },
  { name: 'a device', make: () => '/dev/null' },
  { name: 'a FIFO', make: made((path) => spawnSync('mkfifo', [path])) },
  { name: 'a name that is too long', make: (folder) => join(folder, 'x'.repeat(300)) },
  { name: 'a path that is too long', make: (folder) => join(folder, 'x/'.repeat(5000)) },
  { name: 'a full disk', make: mounted('size=4k,mode=700'), end: unmount },
  { name: 'a disk without inodes', make: mounted('size=1m,nr_inodes=2,mode=700'), end: unmount },
  { name: 'a disk that is read-only', make: mounted('size=1m,ro,mode=700'), end: unmount },
  {
    name: 'a folder that cannot be searched',
    through: asAnother,
    make: made((path) => {
      mkdirSync(path);
      chownSync(path, 65534, 65534);
      chmodSync(path, 0);
    }),
  },
  {
    name: 'a folder below one that cannot be searched',
    through: asAnother,
    make: (folder) => {
      mkdirSync(join(folder, 'closed/cache'), { recursive: true });
      chmodSync(join(folder, 'closed'), 0o700);
      return join(folder, 'closed/cache');
    },
  },
  {
    name: "another user's folder",
    make: made((path) => {
      mkdirSync(path);
      chownSync(path, 65534, 65534);
    }),
  },
  {
    name: 'a folder that everybody can write to',
    make: made((path) => {
      mkdirSync(path);
      chmodSync(path, 0o1777);
    }),
  },
];

async function registryCall(folder: string, cache: string): Promise<Call> {
  const oci = new OciBlobs();
  const registry = await new TestRegistry(oci).start();
  registry.tag('1', oci.image('amd64', [oci.layer(members)], { config: { config: {} } }));
  return {
    argv: [program, '--image', `registry:${registry.host}/app:1`, '--cache-dir', cache],
    env: { XDG_CACHE_HOME: cache, DOCKER_HOST: `unix://${folder}/no.sock` },
    end: () => registry.stop(),
  };
}

async function engineCall(folder: string, cache: string): Promise<Call> {
  const layer = tarBytes(members);
  const diffIDs = [digestOf(layer)];
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: {},
      rootfs: { type: 'layers', diff_ids: diffIDs },
    }),
  );
  const manifest = JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['l/layer.tar'] }]);
  const saved = tarBytes([
    { name: 'l/layer.tar', data: layer },
    { name: 'config.json', data: config },
    { name: 'manifest.json', data: manifest },
  ]);
  const inspected = {
    Id: digestOf(config),
    Os: 'linux',
    Architecture: 'amd64',
    RootFS: { Layers: diffIDs },
    Size: 1,
  };
  const server = createServer(({ url = '' }, response) => {
    if (url.endsWith('/images/app:1/json')) response.end(JSON.stringify(inspected));
    else if (url.endsWith('/images/app:1/get')) response.end(saved);
    else response.writeHead(404).end('{"message":"no such thing"}');
  });
  const socket = join(folder, 'engine.sock');
  await new Promise<void>((done) => server.listen(socket, done));
  chmodSync(socket, 0o777);
  return {
    argv: [program, '--image', 'docker:app:1', '--cache-dir', cache],
    env: { XDG_CACHE_HOME: cache, DOCKER_HOST: `unix://${socket}` },
    end: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const whole = (from: 'a registry' | 'an engine', place: Place): Trick => ({
  name: `a cache that is ${place.name}, for an image of ${from}`,
  prepare: async (folder) => {
    openToAll(folder);
    const path = place.make(folder);
    const call = await (from === 'a registry' ? registryCall : engineCall)(folder, path);
    const { through = [] } = place;
    return {
      ...call,
      through,
      leaves: () => (readdirSync(folder).some((name) => name.startsWith('.tmp')) ? ['a temporary file'] : []),
      end: async () => {
        await call.end?.();
        place.end?.(path);
      },
    };
  },
  status: [0],
  saysNot: /docker group|permission denied|EACCES|join the group/i,
  errorLines: 0,
  bounds: { seconds: 20 },
  ...(place.name === 'a file' || place.name === 'below /proc' ? { small: true as const } : {}),
});

const about = (action: string, place: Place): Trick => ({
  name: `cache ${action} for ${place.name}`,
  prepare: (folder) => {
    openToAll(folder);
    const path = place.make(folder);
    const call = { argv: ['cache', action, '--cache-dir', path], through: place.through ?? [] };
    return { ...call, end: () => place.end?.(path) };
  },
  status: [0],
  errorLines: 0,
  bounds: { seconds: 20 },
});

export const unusable: readonly Trick[] = places.flatMap((place) => [
  whole('a registry', place),
  whole('an engine', place),
  about('info', place),
  about('clear', place),
]);
