import { ImageError } from '../image-error.ts';
import { objectOf, textOf } from '../oci/json-document.ts';
import { proxyLabel } from './proxy.ts';
import { errorCode } from './transport.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name cannot be looked up now',
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'there is no network',
  ECONNRESET: 'it cut the connection',
  EPIPE: 'it cut the connection',
  UND_ERR_SOCKET: 'it cut the connection',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it sent less than announced',
  UND_ERR_HEADERS_OVERFLOW: 'its headers are too large',
};

const tlsCodes =
  /^(?:CERT_|ERR_TLS|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO|ERR_SSL|UND_ERR_PRX_TLS|HOSTNAME_MISMATCH)/;

/** Why a request had no answer, as one line. `registry` is how the registry is called, `proxy` what stands before it. */
export function unreachable(registry: string, proxy: URL | null, error: unknown): ImageError {
  const code = errorCode(error);
  const way = proxy === null ? '' : ` through the proxy ${proxyLabel(proxy)}`;
  return new ImageError('unreadable', `${registry} cannot be reached${way}: ${reasonOf(code, error)}`, {
    cause: error,
  });
}

function reasonOf(code: string, error: unknown): string {
  const refusal = error instanceof Error ? /Proxy response \((\d{3})\)|\((407)\)/.exec(error.message) : null;
  if (refusal !== null) {
    const status = refusal[1] ?? refusal[2];
    return status === '407'
      ? 'the proxy requires a name and password (407)'
      : `the proxy refuses (${status})`;
  }
  if (tlsCodes.test(code))
    return `its certificate or TLS is not accepted (${code}): trust its certificate with --registry-ca FILE`;
  if (error instanceof Error && error.message === 'bad upgrade')
    return 'it changes to another protocol (101)';
  if (code.startsWith('HPE_')) return 'the answer is not HTTP';
  return reasons[code] ?? (code === '' ? 'the request failed' : `the request failed (${code})`);
}

/** The code of the first error of a distribution error document, as letters only; empty when it has none. */
export function errorCodeOf(body: Buffer): string {
  try {
    const errors = objectOf(JSON.parse(body.toString('utf8')))['errors'];
    const first: unknown = Array.isArray(errors) ? errors[0] : null;
    return textOf(objectOf(first)['code'])
      .replace(/[^\w ]/g, '')
      .slice(0, 60);
  } catch {
    return '';
  }
}
