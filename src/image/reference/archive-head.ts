/** How many bytes of a tar `startsAsArchive` needs. */
export const tarHeadSize = 16 * 1024;

/** Names at the top of `docker save` and OCI archives; a root file system starts with none of them. */
const archiveName =
  /^(?:\.\/)*(?:blobs(?:\/.*)?|oci-layout|index\.json|manifest\.json|repositories|(?:sha256:)?[0-9a-f]{64}(?:\/.*|\.json|\.tar(?:\.gz)?)?)$/;

/** Whether a tar is an image archive, by the name in its first header that is not the top folder itself. */
export function startsAsArchive(head: Buffer): boolean {
  for (let at = 0; at + 512 <= head.length; at += 512) {
    const name = head.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    if (/^(?:\.\/?)*$/.test(name) || 'xg'.includes(String.fromCharCode(head[at + 156] ?? 0))) continue;
    return archiveName.test(name.replace(/\/$/, ''));
  }
  return false;
}
