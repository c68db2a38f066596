import type { Container } from '../container/container.ts';
import { defaultHost, type Host } from '../container/host.ts';
import { processEnv, resolveUser } from '../container/process-start.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { Image } from '../image/image.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { CheckInput } from './check-input.ts';

/** What the call says of the machine underneath, over the defaults. */
export function hostOf(input: CheckInput): Host {
  const [major = defaultHost.kernel[0], minor = 0] =
    input.kernel?.split('.').map(Number) ?? defaultHost.kernel;
  return {
    kernel: [major, minor],
    cpu: input.cpu ?? defaultHost.cpu,
    engine: input.engine ?? defaultHost.engine,
  };
}

/** The image as the program meets it when it is started as the call says. */
export function containerOf(input: CheckInput, image: Image, rootfs: Rootfs): Container {
  const stored = image.content.config;
  const config = {
    ...stored,
    env: stored.env.map(pathFromText),
    workingDir: pathFromText(stored.workingDir),
    user: pathFromText(input.user ?? stored.user),
  };
  const user = resolveUser(config.user, rootfs);
  return {
    rootfs,
    platform: image.content.platform,
    config,
    start: {
      env: processEnv(config, (input.env ?? []).map(pathFromText)),
      cwd: config.workingDir === '' ? '/' : config.workingDir,
      uid: user.ok ? user.uid : 0,
      gid: user.ok ? user.gid : 0,
      gids: user.ok ? user.gids : [],
    },
    host: hostOf(input),
  };
}
