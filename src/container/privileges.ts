import { allCapabilities, capabilityBit, capabilitySet } from '../image/capability/capability-names.ts';
import type { Credentials } from '../rootfs/rootfs.ts';
import type { Engine } from './host.ts';

/** What the engine lets a process gain. */
export interface Privileges {
  /** The capability bounding set: one bit a capability. */
  readonly bounding: bigint;
  /** `no-new-privileges`: execve raises nothing, neither by setuid bits nor by file capabilities. */
  readonly noNewPrivileges: boolean;
}

/** containers/common, pkg/config: default_capabilities. */
const ofPodman = capabilitySet([
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'net_bind_service',
  'setfcap',
  'setgid',
  'setpcap',
  'setuid',
  'sys_chroot',
]);

/** moby, oci/caps: DefaultCapabilities. */
const ofDocker = ofPodman | capabilitySet(['mknod', 'net_raw', 'audit_write']);

/** What an engine gives a container that asks for nothing else (K60). */
export const defaultPrivileges = (engine: Engine): Privileges => ({
  bounding: engine === 'podman' ? ofPodman : ofDocker,
  noNewPrivileges: false,
});

const dacOverride = capabilitySet(['dac_override']);
const dacReadSearch = capabilitySet(['dac_read_search']);

/** What a process with all of these capabilities does without permission (capabilities(7)). */
export function overriddenPermissions({
  bounding,
}: Privileges): Pick<Credentials, 'searchAll' | 'executeAll'> {
  return {
    searchAll: (bounding & (dacOverride | dacReadSearch)) !== 0n,
    executeAll: (bounding & dacOverride) !== 0n,
  };
}

const isAll = (name: string): boolean => /^(?:cap_)?all$/i.test(name);

/** Whether docker takes this for the name of a capability, or for all. */
export const isCapability = (name: string): boolean => isAll(name) || capabilityBit(name) !== null;

/**
 * The bounding set that the engine composes, as TweakCapabilities of moby's oci/caps does: the default set without what is dropped
 * and with what is added; with ALL added everything that is not dropped, with ALL dropped what is added. Names that are none do
 * not count.
 */
export function composedBounding(engine: Engine, add: readonly string[], drop: readonly string[]): bigint {
  const bits = (list: readonly string[]) => list.reduce((set, name) => set | (capabilityBit(name) ?? 0n), 0n);
  if (add.some(isAll)) return allCapabilities & ~bits(drop);
  if (drop.some(isAll)) return bits(add);
  return (defaultPrivileges(engine).bounding & ~bits(drop)) | bits(add);
}
