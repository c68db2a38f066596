import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ImageError } from '../../../src/image/image-error.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../../src/image/layer/layer-stream.ts';
import type { Rootfs } from '../../../src/rootfs/rootfs.ts';
import { squash } from '../../../src/rootfs/squash.ts';
import type { Outcome } from '../../differential/odd-tars/engines.ts';
import { inPieces } from '../tar-bytes.ts';
import { baseLayer, oddTars } from './odd-tars.ts';

const outcomes: Readonly<Record<string, Outcome>> = JSON.parse(
  readFileSync(new URL('odd-tars.json', import.meta.url), 'utf8'),
);

/** What Docker takes and libc-check leaves `unknown`: engines differ, or the archive is cut. */
const refusedHere = new Set([
  'a name in ..',
  'a name with .. inside',
  'a name of ..',
  'a hard link out of the root',
  'a whiteout of .',
  'a whiteout without a name',
  'a whiteout of what the same layer has',
  'data without its padding',
  'nothing',
]);

/** Docker skips what AUFS kept, but leaves the folder that it was in. */
const folderOfAufs = 'directory .wh..wh.plnk';

async function layerOf(bytes: Uint8Array) {
  return (await indexLayer(inPieces(bytes), { what: 'the layer', budget: new IndexBudget() })).layer;
}

/** The tree with an odd layer on the base, a line an entry; or why it is refused. */
async function treeWith(bytes: Uint8Array): Promise<readonly string[] | string> {
  try {
    const { rootfs, refused } = squash([await layerOf(baseLayer), await layerOf(bytes)], 'followed');
    return refused ?? treeOf(rootfs, '').sort();
  } catch (error) {
    if (error instanceof ImageError) return error.message;
    throw error;
  }
}

const treeOf = (rootfs: Rootfs, folder: string): string[] =>
  rootfs.list(folder === '' ? '/' : folder).flatMap(({ name, inode: { type } }) => {
    const path = `${folder}/${name}`;
    return [`${type} ${path.slice(1)}`, ...(type === 'directory' ? treeOf(rootfs, path) : [])];
  });

describe('a layer that no tool writes (I13)', () => {
  test.each(oddTars.map(({ name, bytes }) => [name, bytes] as const))('%s', async (name, bytes) => {
    const outcome = outcomes[name];
    const tree = await treeWith(bytes);
    if (outcome === undefined) throw new Error('it is not recorded');
    if ('refused' in outcome || refusedHere.has(name)) {
      expect(tree).toBeTypeOf('string');
      expect(String(tree)).not.toContain('\n');
    } else expect(tree).toEqual(outcome.tree.filter((line) => line !== folderOfAufs));
  });

  test('none of these is known for what Docker refuses anyway', () => {
    for (const name of refusedHere) expect(outcomes[name], name).toHaveProperty('tree');
  });
});
