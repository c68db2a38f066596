import { expect, test } from 'vitest';
import { resolveUser } from '../../src/container/process-start.ts';
import { isDeviceOrPipe, whyUnread } from '../../src/container/unread-file.ts';
import type { LayerEntry } from '../../src/image/image.ts';
import { layer } from '../rootfs/entries.ts';
import { merged } from '../rootfs/merged.ts';

const base = { mode: 0o644, uid: 0, gid: 0 };
const special = (path: string): LayerEntry => ({ ...base, type: 'special', path });
const tree = (...entries: readonly LayerEntry[]) => merged([layer(...entries)]);

test('a pipe in the place of a file is waited for, one that is below /dev is not', () => {
  const rootfs = tree(special('etc/ld.so.preload'), special('dev/null'), {
    ...base,
    type: 'symlink',
    path: 'etc/other',
    target: '/dev/null',
  });
  expect(isDeviceOrPipe(rootfs, '/etc/ld.so.preload')).toBe(true);
  expect(isDeviceOrPipe(rootfs, '/etc/other')).toBe(false);
  expect(isDeviceOrPipe(rootfs, '/etc/none')).toBe(false);
});

test('settings that were not kept are unknown', () => {
  const content = { kind: 'unread', reason: 'larger than 8 MiB' } as const;
  const rootfs = tree({
    ...base,
    type: 'file',
    path: 'etc/ld.so.preload',
    size: 9e6,
    content,
    capability: null,
  });
  expect(whyUnread(rootfs, '/etc/ld.so.preload')).toBe(
    '/etc/ld.so.preload could not be read: larger than 8 MiB',
  );
  expect(whyUnread(rootfs, '/etc/ld.so.cache')).toBeNull();
});

test.each(['etc/passwd', 'etc/group'])('the engine waits for ever at a pipe as /%s (R5)', (path) => {
  for (const user of ['', '0:0', '1000', 'app'])
    expect(resolveUser(user, tree(special(path)))).toMatchObject({
      ok: false,
      unknown: expect.stringMatching(/pipe/),
    });
});
