import { pathFromText } from '../image/entry-path.ts';
import type { Image } from '../image/image.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Container } from './container.ts';
import type { Host } from './host.ts';
import type { Privileges } from './privileges.ts';
import { processEnv, resolveUser } from './process-start.ts';

/** What a start says about its process, over the image's configuration; paths and words are raw bytes. */
export interface StartSettings {
  readonly image: Pick<Image, 'content'>;
  /** `KEY=value` lines over the image's Env; `KEY` alone removes the variable. */
  readonly env: readonly string[];
  /** Replaces the image's User; null keeps it. */
  readonly user: string | null;
  /** Replaces the image's WorkingDir; null keeps it. */
  readonly workingDir: string | null;
  readonly host: Host;
  readonly privileges: Privileges;
}

/** The container as the started program meets it; `rootfs` is the tree of the start's layers. */
export function containerOf(
  { image, env, user, workingDir, host, privileges }: StartSettings,
  rootfs: Rootfs,
): Container {
  const stored = image.content.config;
  const config = {
    ...stored,
    env: stored.env.map(pathFromText),
    workingDir: workingDir ?? pathFromText(stored.workingDir),
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
      privileges,
    },
    host,
  };
}
