/**
 * Names of well-known libraries, by the prefix that their documentation gives to all that they define, and their sonames, the usual
 * one first. They name the owner of a symbol of an object that was linked without the library.
 */
const known: readonly (readonly [names: RegExp, sonames: readonly string[]])[] = [
  [/^PQ[a-z]/, ['libpq.so.5']],
  [/^curl_(easy|multi|global|mime|share|url|slist|version)/, ['libcurl.so.4']],
  [/^(LZ4_|LZ4F_)/, ['liblz4.so.1']],
  [/^ZSTD_/, ['libzstd.so.1']],
  [/^BZ2_/, ['libbz2.so.1.0', 'libbz2.so.1']],
  [/^lzma_/, ['liblzma.so.5']],
  [
    /^((de|in)flate(Init2?_|End|Reset\w*|SetDictionary|Bound)?|compress2?|compressBound|uncompress2?|gz(open|read|write|close)\w*|adler32|crc32|zlibVersion)$/,
    ['libz.so.1'],
  ],
  [/^(SSL|SSL_CTX|TLS)_/, ['libssl.so.3', 'libssl.so.1.1']],
  [
    /^(EVP|BIO|RSA|X509|X509V3|PEM|ASN1|BN|EC_(KEY|GROUP|POINT)|ERR|OPENSSL|CRYPTO|HMAC|PKCS7|PKCS12|RAND)_/,
    ['libcrypto.so.3', 'libcrypto.so.1.1'],
  ],
  [/^pcre_/, ['libpcre.so.3', 'libpcre.so.1']],
  [/^pcre2_\w+_8$/, ['libpcre2-8.so.0']],
  [/^xml(Sec)(?=[A-Z])/, ['libxmlsec1.so.1']],
  [/^(xml|html)(?=[A-Z])/, ['libxml2.so.2']],
  [/^xslt(?=[A-Z])/, ['libxslt.so.1']],
  [/^XML_/, ['libexpat.so.1']],
  [/^sqlite3_/, ['libsqlite3.so.0']],
  [/^uuid_/, ['libuuid.so.1']],
  [/^ffi_/, ['libffi.so.8', 'libffi.so.7', 'libffi.so.6']],
  [/^yaml_/, ['libyaml-0.so.2']],
  [/^uv_/, ['libuv.so.1']],
  [/^nghttp2_/, ['libnghttp2.so.14']],
  [/^ares_/, ['libcares.so.2']],
  [/^g_(object|type|signal|value|closure|param_spec|boxed)_/, ['libgobject-2.0.so.0']],
  [/^png_/, ['libpng16.so.16']],
  [/^jpeg_/, ['libjpeg.so.62', 'libjpeg.so.8']],
  [/^mysql_/, ['libmariadb.so.3', 'libmysqlclient.so.21']],
  [/^__gmp[a-z]?_/, ['libgmp.so.10']],
  [/^cblas_/, ['libblas.so.3', 'libopenblas.so.0']],
  [/^(crypt|crypt_r|crypt_gensalt\w*)$/, ['libcrypt.so.1']],
];

/** Functions of C's <math.h>: glibc has them in a library of its own. */
const math =
  /^(a?(sin|cos|tan)h?|atan2|exp(2|10|m1)?|log(2|10|1p|b)?|pow|sqrt|cbrt|hypot|fmod|remainder|floor|ceil|l?l?round|trunc|l?l?rint|nearbyint|erfc?|[lt]gamma|lgamma_r|fma|fmax|fmin|fdim|nextafter|sincos)[fl]?$/;

/** ICU's functions end in the release that they are of, which stands in the soname too. */
const icu = /^u(?:cnv|_|col|loc|brk|dat|num|regex|text|set|script|cal|idna|res|enum|norm2|char)\w*_(\d\d)$/;

/** The sonames of the library whose name this is, the usual one first; empty where no library is known by it. */
export function libraryNamed(symbol: string): readonly string[] {
  const release = icu.exec(symbol)?.[1] ?? /^_ZN?K?\d*T?V?N?\d?6icu_(\d\d)/.exec(symbol)?.[1];
  if (release !== undefined) return [`libicuuc.so.${release}`];
  if (math.test(symbol)) return ['libm.so.6'];
  return known.find(([names]) => names.test(symbol))?.[1] ?? [];
}
