import type { ImageConfig } from '../image/image.ts';

/** What `docker run` is given in place of the image's own command. */
export interface CommandOverrides {
  /** `--entrypoint`; the empty string removes the image's Entrypoint. Null keeps it. */
  readonly entrypoint: string | null;
  /** What follows the image's name. */
  readonly args: readonly string[];
}

/**
 * The argv that the engine starts, composed as merge of moby's daemon/commit.go and getEntrypointAndArgs do (R3): arguments
 * replace Cmd, `--entrypoint` replaces Entrypoint and drops Cmd. Empty where there is no command at all.
 */
export function composeCommand(
  { entrypoint, cmd }: Pick<ImageConfig, 'entrypoint' | 'cmd'>,
  overrides: CommandOverrides,
): readonly string[] {
  const { entrypoint: replaced, args } = overrides;
  if (replaced !== null) return [...(replaced === '' ? [] : [replaced]), ...args];
  const isEmpty = entrypoint.length === 0 || (entrypoint.length === 1 && entrypoint[0] === '');
  return [...(isEmpty ? [] : entrypoint), ...(args.length > 0 ? args : cmd)];
}
