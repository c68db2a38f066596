import * as tls from 'node:tls';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { readRegularFile } from '../regular-file.ts';

/** Most bytes of a file of certificates; those of a whole system have 250 KB. */
const maxCertificates = 8 * 1024 ** 2;

/** `tls.getCACertificates` is there from Node 22.15 on. */
type Certificates = { getCACertificates?: (type: 'default') => string[] };

/**
 * The certificates that servers are trusted by: those that this Node trusts anyway (NODE_EXTRA_CA_CERTS too) and those of
 * the file `path`, PEM. Throws ImageError `call` when that holds none.
 */
export function trustedCertificates(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const own = readCertificates(path);
  const usual = (tls as Certificates).getCACertificates?.('default') ?? [
    ...tls.rootCertificates,
    ...extraCertificates(env['NODE_EXTRA_CA_CERTS']),
  ];
  return [...usual, own];
}

function readCertificates(path: string): string {
  let text: string;
  try {
    text = readRegularFile(path, maxCertificates).toString();
  } catch (error) {
    throw new ImageError('call', `--registry-ca ${printablePath(path)}: the file cannot be read`, {
      cause: error,
    });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ImageError(
      'call',
      `--registry-ca ${printablePath(path)}: it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
    );
  }
  return text;
}

/** As Node does: a file that cannot be read adds nothing. */
function extraCertificates(path: string | undefined): readonly string[] {
  if (!path) return [];
  try {
    return [readRegularFile(path, maxCertificates).toString()];
  } catch {
    return [];
  }
}
