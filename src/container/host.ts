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

/** The level that a simulation uses. */
export function simulatedLevel({ cpu }: Pick<Host, 'cpu'>): CpuLevel {
  return cpu ?? 'x86-64-v4';
}

/** True when a file requires a newer kernel than the one that runs; `wanted` is [major, minor, patch]. */
export function needsNewerKernel(
  wanted: readonly [number, number, number],
  running: Host['kernel'],
): boolean {
  const [major, minor, patch] = wanted;
  if (major !== running[0]) return major > running[0];
  return minor > running[1] || (minor === running[1] && patch > 0);
}
