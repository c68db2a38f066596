const defaultBoundingSet = [0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31];
const boundingMask = defaultBoundingSet.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);

interface FileCapabilities {
  readonly effective: boolean;
  readonly permitted: bigint;
}

/** Decodes `security.capability` (struct vfs_cap_data, little-endian, versions 1 to 3); null when malformed. */
function decodeFileCapabilities(hex: string): FileCapabilities | null {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length < 12) return null;
  const magic = bytes.readUInt32LE(0);
  const low = BigInt(bytes.readUInt32LE(4));
  const high = bytes.length >= 20 ? BigInt(bytes.readUInt32LE(12)) : 0n;
  return { effective: (magic & 1) !== 0, permitted: low | (high << 32n) };
}

/** The kernel refuses execve with EPERM: effective capabilities outside the engine's default bounding set (K60). */
export function exceedsBoundingSet(capability: string | null): boolean {
  const decoded = capability === null ? null : decodeFileCapabilities(capability);
  return decoded?.effective === true && (decoded.permitted & ~boundingMask) !== 0n;
}

/**
 * AT_SECURE for a user who is not root (cap_bprm_creds_from_file, G80): the file has the effective bit, whatever it permits,
 * or permits something of the engine's default bounding set.
 */
export function raisesCapabilities(capability: string | null): boolean {
  const decoded = capability === null ? null : decodeFileCapabilities(capability);
  return decoded !== null && (decoded.effective || (decoded.permitted & boundingMask) !== 0n);
}
