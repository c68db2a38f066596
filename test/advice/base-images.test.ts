import { describe, expect, test } from 'vitest';
import table from '../../src/advice/base-images.json' with { type: 'json' };
import { isAtLeast } from '../../src/advice/base-images.ts';
import { packageManagerOf } from '../../src/advice/package-manager.ts';
import { findLibcs } from '../../src/container/libc.ts';
import { merged } from '../rootfs/merged.ts';
import { embedded } from '../rules/start.ts';

describe('the table of base images says what the embedded image has', () => {
  test.each(table.images)('$tag', async ({ tag, distroless, family, libc }) => {
    const rootfs = merged((await embedded(tag)).content.layers);
    expect(findLibcs(rootfs).map(({ family, version }) => [family, version])).toEqual([[family, libc]]);
    expect(packageManagerOf(rootfs) === null).toBe(distroless);
  });
});

test.each([
  ['2.36', '2.9', true],
  ['2.9', '2.36', false],
  ['2.36', '2.36', true],
  ['2.36', '2.36.1', false],
])('%s is at least %s: %s', (offered, asked, expected) => {
  expect(isAtLeast(offered, asked)).toBe(expected);
});
