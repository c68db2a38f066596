import { gzipSync } from 'node:zlib';
import { tarBytes } from '../../image/tar-bytes.ts';
import type { Trick } from '../trick.ts';
import { cuts, hangsUp, head, inDrops, longBody, only, whole, withoutEnd } from '../wire/answers.ts';
import { engineTricks, honestExport, honestMembers } from './fake-engine.ts';

const { layer, config, manifest } = honestMembers;
const begun = head('200 OK', 'Content-Type: application/x-tar');
const half = honestExport.subarray(0, 2048);
const zeros = Buffer.alloc(1 << 20);
const tooLate = { bounds: { seconds: 90 } };
const atOnce = { bounds: { seconds: 20 }, small: true } as const;
const saved = (...members: Parameters<typeof tarBytes>[0]) => whole(tarBytes(members));
const manifestOf = (Layers: readonly string[], Config = 'config.json') => ({
  name: 'manifest.json',
  data: JSON.stringify([{ Config, RepoTags: ['app:1'], Layers }]),
});

/** What an engine may export instead of the image. */
export const engineExports: readonly Trick[] = engineTricks('export', [
  ['only a head', only(begun), tooLate],
  ['half of it, then silence', only(begun, half), tooLate],
  ['half of it, then it hangs up', hangsUp(begun, half), atOnce],
  [
    'half of what its length says',
    hangsUp(head('200 OK', `Content-Length: ${honestExport.length}`), half),
    atOnce,
  ],
  ['half of it in chunks', hangsUp(head('200 OK', 'Transfer-Encoding: chunked'), '800\r\n', half), atOnce],
  ['less than its length by its end', whole(honestExport.subarray(0, -1024)), { status: [1, 3], ...atOnce }],
  ['a byte every second', inDrops(Buffer.concat([Buffer.from(begun), half]), '\0', 1000), tooLate],
  [
    'a block every second',
    inDrops(Buffer.concat([Buffer.from(begun), half]), Buffer.alloc(512), 1000),
    { bounds: { seconds: 110 } },
  ],
  ['zeros without an end', withoutEnd(begun, zeros), tooLate],
  [
    'the image, then zeros without an end',
    withoutEnd(Buffer.concat([Buffer.from(begun), honestExport]), zeros),
    { status: [1, 3], ...tooLate },
  ],
  ['empty files without an end', withoutEnd(begun, tarBytes([{ name: 'x' }], false)), tooLate],
  ['1 GB of zeros as 1 MB of gzip', whole(gzipSync(Buffer.alloc(1 << 30))), tooLate],
  ['nothing', whole(''), atOnce],
  ['it resets the connection', cuts, atOnce],
  ['JSON with a message', whole('{"message":"no space left on device"}'), atOnce],
  ['error 500 with a body of 500 MB', longBody(head('500 Oops'), 500 << 20), atOnce],
  ['error 404', whole('{"message":"No such image"}', '404 Gone'), atOnce],
  [
    '101',
    only(head('101 Switching Protocols', 'Upgrade: tcp', 'Connection: Upgrade')),
    { bounds: { seconds: 40 }, says: /101/ },
  ],
  [
    'a chunk of a size that is no number',
    only(head('200 OK', 'Transfer-Encoding: chunked'), 'zz\r\n'),
    atOnce,
  ],
  [
    'a manifest of 100 MB',
    saved(config, layer, { name: 'manifest.json', data: Buffer.alloc(100 << 20, 0x20) }),
    tooLate,
  ],
  ['no manifest', saved(config, layer), { status: [3], ...atOnce }],
  ['no configuration', saved(layer, manifest), atOnce],
  [
    'a manifest that names a path outside',
    saved(config, layer, manifestOf(['../../../../etc/passwd'])),
    atOnce,
  ],
  [
    'a manifest that names a layer that is not there',
    saved(config, layer, manifestOf(['m/layer.tar'])),
    atOnce,
  ],
  [
    'a manifest that names its layer 100,000 times',
    saved(config, layer, manifestOf(Array(100_000).fill('l/layer.tar'))),
    atOnce,
  ],
  [
    'a layer that is another than the configuration says',
    saved(config, { name: 'l/layer.tar', data: tarBytes([{ name: 'lib/evil' }]) }, manifest),
    atOnce,
  ],
  [
    'a layer cut in half',
    saved(config, { name: 'l/layer.tar', data: layer.data.subarray(0, 700) }, manifest),
    atOnce,
  ],
  [
    'a layer that is a link to itself',
    saved(config, { name: 'l/layer.tar', flag: '2', link: 'layer.tar' }, manifest),
    atOnce,
  ],
  ['a layer that is a device', saved(config, { name: 'l/layer.tar', flag: '3' }, manifest), atOnce],
  [
    'a configuration that acts on a terminal',
    saved({ name: 'config.json', data: '{"os":"\u001b[2J","architecture":"\u202e"}' }, layer, manifest),
    { status: [1, 3], ...atOnce },
  ],
]);
