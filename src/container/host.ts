import type { EngineVersion } from '../image/image.ts';

/** x86-64 micro-architecture levels of the psABI. */
export const cpuLevels = ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'] as const;
export type CpuLevel = (typeof cpuLevels)[number];

/** Whose messages and exit statuses are predicted: Docker with runc >= 1.2, Docker 20.10 with runc 1.1, Podman with crun. */
export const engines = ['docker', 'docker-20.10', 'podman'] as const;
export type Engine = (typeof engines)[number];

/** Facts about the host that no image holds: assumed, and named in the report. */
export interface Host {
  /** Version of the running kernel, as [major, minor]. */
  readonly kernel: readonly [number, number];
  /** Null when unknown: what depends on the level is then a note, and the search goes as on a processor that has all levels. */
  readonly cpu: CpuLevel | null;
  readonly engine: Engine;
  /**
   * The engine keeps CAP_DAC_OVERRIDE in execve for users other than root too (R5). Docker 25 and later do; a host of which
   * nothing is known may have another engine, or a container without that capability.
   */
  readonly overridesInExec: boolean;
}

export const defaultHost: Host = { kernel: [6, 1], cpu: null, engine: 'docker', overridesInExec: false };

const isOlder = ([major, minor]: readonly [number, number], [than, thanMinor]: readonly [number, number]) =>
  major < than || (major === than && minor < thanMinor);

/**
 * The engine that an image came from, as predictions know it: the messages are those of its runc, and since Docker 25 execve
 * keeps CAP_DAC_OVERRIDE (R5). Without runc's version, that which Docker 25 and later came with counts as new.
 */
export function hostEngineOf({
  name,
  version,
  runc,
}: EngineVersion): Pick<Host, 'engine' | 'overridesInExec'> {
  if (name === 'podman') return { engine: 'podman', overridesInExec: defaultHost.overridesInExec };
  const isOld = runc === null ? isOlder(version, [25, 0]) : isOlder(runc, [1, 2]);
  return { engine: isOld ? 'docker-20.10' : 'docker', overridesInExec: !isOlder(version, [25, 0]) };
}

/** The level that a simulation uses. */
export function simulatedLevel({ cpu }: Pick<Host, 'cpu'>): CpuLevel {
  return cpu ?? 'x86-64-v4';
}

/** True when a file requires a newer kernel than the one that runs; `wanted` is [major, minor, patch]. */
export function needsNewerKernel(
  wanted: readonly [number, number, number],
  running: Host['kernel'],
): boolean {
  const [major = 0, minor = 0, patch = 0] = wanted.map((number) => number & 0xff);
  if (major !== running[0]) return major > running[0];
  return minor > running[1] || (minor === running[1] && patch > 0);
}
