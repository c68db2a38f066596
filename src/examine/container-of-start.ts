import type { Container } from '../container/container.ts';
import { processEnv, resolveUser } from '../container/process-start.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { Start } from '../plan/start.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** The container as the started program meets it; `rootfs` is the tree of the start's layers. */
export function containerOf({ image, env, user, host }: Start, rootfs: Rootfs): Container {
  const stored = image.content.config;
  const config = {
    ...stored,
    env: stored.env.map(pathFromText),
    workingDir: pathFromText(stored.workingDir),
    user: user ?? pathFromText(stored.user),
  };
  const resolved = resolveUser(config.user, rootfs);
  return {
    rootfs,
    platform: image.content.platform,
    config,
    start: {
      env: processEnv(config, env),
      cwd: config.workingDir === '' ? '/' : config.workingDir,
      uid: resolved.ok ? resolved.uid : 0,
      gid: resolved.ok ? resolved.gid : 0,
      gids: resolved.ok ? resolved.gids : [],
    },
    host,
  };
}
