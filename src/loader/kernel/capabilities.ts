import type { Privileges } from '../../container/privileges.ts';

interface FileCapabilities {
  readonly effective: boolean;
  readonly permitted: bigint;
}

/** Decodes `security.capability` (struct vfs_cap_data, little-endian, versions 1 to 3); null when there is none or it is malformed. */
function decodeFileCapabilities(hex: string | null): FileCapabilities | null {
  const bytes = Buffer.from(hex ?? '', 'hex');
  if (bytes.length < 12) return null;
  const magic = bytes.readUInt32LE(0);
  const low = BigInt(bytes.readUInt32LE(4));
  const high = bytes.length >= 20 ? BigInt(bytes.readUInt32LE(12)) : 0n;
  return { effective: (magic & 1) !== 0, permitted: low | (high << 32n) };
}

/** The permitted capabilities of a file that has the effective bit: without one of them execve fails (K60). Else none. */
export function requiredCapabilities(capability: string | null): bigint {
  const decoded = decodeFileCapabilities(capability);
  return decoded?.effective === true ? decoded.permitted : 0n;
}

/** The kernel refuses execve with EPERM: effective capabilities outside the bounding set (K60). */
export function exceedsBoundingSet(capability: string | null, { bounding }: Privileges): boolean {
  return (requiredCapabilities(capability) & ~bounding) !== 0n;
}

/**
 * AT_SECURE for a user who is not root (cap_bprm_creds_from_file, G80): the file has the effective bit, whatever it permits, or
 * permits something of the bounding set that no-new-privileges does not take away.
 */
export function raisesCapabilities(capability: string | null, privileges: Privileges): boolean {
  const decoded = decodeFileCapabilities(capability);
  if (decoded === null) return false;
  return (
    decoded.effective || (!privileges.noNewPrivileges && (decoded.permitted & privileges.bounding) !== 0n)
  );
}
