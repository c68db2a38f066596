import { expect, test } from 'vitest';
import { PackedElf } from '../../src/image/index-file/packed-elf.ts';
import { IndexBudget } from '../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../src/image/layer/layer-stream.ts';
import { fixtureBytes, inPieces, tarBytes } from './tar-bytes.ts';

/** A view of a chunk would hold all of the chunk in memory: over a large image, hundreds of megabytes. */
test('what an index keeps of a file holds no more memory than it is long', async () => {
  const tar = tarBytes([
    { name: 'bin/app', data: fixtureBytes('bin/glibc-dynamic') },
    { name: 'bin/script', data: `#!/bin/sh\n${'x'.repeat(2000)}` },
    { name: 'bin/short', data: '#!/bin/sh\n' },
  ]);
  const { layer } = await indexLayer(inPieces(tar), { what: 'x', budget: new IndexBudget() });
  const held = layer.entries.map((entry) => {
    if (entry.type !== 'file') throw new Error(`${entry.path} is not a file`);
    const { content } = entry;
    if (content instanceof PackedElf) return [content.packed.length, content.packed.buffer.byteLength];
    if (content.kind === 'script') return [content.head.length, content.head.buffer.byteLength];
    throw new Error(`${entry.path} is ${content.kind}`);
  });
  expect(held.map(([length, memory]) => memory === length)).toEqual([true, true, true]);
});
