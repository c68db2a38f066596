/** Capabilities by their numbers (linux/capability.h), in the words of getcap without `cap_`. */
const names = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
] as const;

export type CapabilityName = (typeof names)[number];

/** Every capability: one bit each. */
export const allCapabilities = (1n << BigInt(names.length)) - 1n;

/** The bits of some capabilities. */
export const capabilitySet = (members: readonly CapabilityName[]): bigint =>
  members.reduce((set, name) => set | (1n << BigInt(names.indexOf(name))), 0n);

/** The bit of a capability by its name, in any case, with or without `cap_`; null when there is none of that name. */
export function capabilityBit(name: string): bigint | null {
  const number = (names as readonly string[]).indexOf(name.toLowerCase().replace(/^cap_/, ''));
  return number < 0 ? null : 1n << BigInt(number);
}

/** The names of a set as getcap writes them: `cap_net_bind_service`; a bit without a name by its number. */
export function capabilityNames(set: bigint): readonly string[] {
  const found: string[] = [];
  for (let bit = 0; set >> BigInt(bit) !== 0n; bit++) {
    if (((set >> BigInt(bit)) & 1n) === 0n) continue;
    const name = names[bit];
    found.push(name === undefined ? String(bit) : `cap_${name}`);
  }
  return found;
}
