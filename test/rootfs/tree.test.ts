import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../src/image/image.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import { file, folder, hardlink, layer, link, whiteout } from './entries.ts';
import { merged } from './merged.ts';

const name = fc.constantFrom('a', 'b', 'lib', 'usr');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const target = fc.oneof(
  path,
  path.map((to) => `/${to}`),
  path.map((to) => `../${to}`),
  fc.constantFrom('.', '..', '/', ''),
);
const entry: fc.Arbitrary<LayerEntry> = fc.oneof(
  path.map((at) => file(at)),
  path.map((at) => folder(at, 0o755)),
  path.map((at) => folder(at, 0o600)),
  fc.tuple(path, target).map(([at, to]) => link(at, to)),
  fc.tuple(path, path).map(([at, to]) => hardlink(at, to)),
  path.map((at) => whiteout(at)),
);
const layers = fc.array(
  fc.array(entry, { maxLength: 12 }).map((entries) => layer(...entries)),
  { maxLength: 3 },
);
const question = fc.oneof(
  path.map((at) => `/${at}`),
  fc.tuple(path, path).map(([one, other]) => `/${one}/../${other}`),
  path.map((at) => `${at}/`),
  fc.constant('/'),
);
const stranger = { uid: 7, gids: [7], searchAll: false, executeAll: false };

function answers(rootfs: Rootfs, questions: readonly string[]): unknown[] {
  return questions.flatMap((at) => [
    rootfs.lookup(at),
    rootfs.lookup(at, { follow: false, cwd: '/usr' }),
    rootfs.lookup(at, { credentials: stranger }),
    rootfs.list(at),
    rootfs.list(at, /^[au]/),
  ]);
}

describe('one file on top of a tree', () => {
  test('is found, listed and followed as in a tree that was made of all layers', () => {
    fc.assert(
      fc.property(layers, path, path, fc.array(question), (below, first, second, questions) => {
        const tops = [layer(file(first, 0o700)), layer(file(second, 0o500))];
        let tree = merged(below);
        for (const [at, top] of tops.entries()) {
          tree = tree.withLayer(top);
          const whole = merged([...below, ...tops.slice(0, at + 1)]);
          expect(answers(tree, questions)).toEqual(answers(whole, questions));
        }
      }),
    );
  });
});

describe('the results of queries to a tree', () => {
  test('are those of a new query, with any file on top', () => {
    fc.assert(
      fc.property(layers, fc.array(path), fc.array(question), (below, tops, questions) => {
        const ask = (rootfs: Rootfs) => answers(rootfs, questions);
        let tree = merged(below);
        expect(tree.query(ask)).toEqual(ask(tree));
        for (const at of tops) {
          const top = layer(file(at, 0o700));
          expect(tree.withLayer(top).query(ask)).toEqual(ask(tree.withLayer(top)));
          tree = tree.withLayer(top);
        }
      }),
    );
  });

  test('are computed again only where the file matters', () => {
    const tree = merged([layer(file('usr/lib/libc.so'), link('lib', 'usr/lib'), folder('opt'))]);
    let asked = 0;
    const ask = (rootfs: Rootfs) => {
      asked++;
      return [rootfs.lookup('/lib/libc.so').ok, rootfs.list('/', /^lib/).length];
    };
    const query = (at: string) => tree.withLayer(layer(file(at))).query(ask);
    query('app');
    query('opt/app');
    query('usr/lib/libm.so');
    query('new/folder/app');
    expect(asked).toBe(2);
    expect(query('lib64')).toEqual([true, 2]);
    expect(query('lib')).toEqual([false, 1]);
    expect(asked).toBe(4);
  });
});
