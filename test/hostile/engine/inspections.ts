import { gzipSync } from 'node:zlib';
import type { Trick } from '../trick.ts';
import { cuts, hangsUp, head, inDrops, longBody, only, whole, withoutEnd } from '../wire/answers.ts';
import { engineTricks, honestInspection } from './fake-engine.ts';

const spaces = Buffer.alloc(1 << 20, 0x20);
const chunked = Buffer.concat([Buffer.from('100000\r\n'), spaces, Buffer.from('\r\n')]);
const tooLate = { bounds: { seconds: 30 } };
const atOnce = { bounds: { seconds: 15, memoryMiB: 250 }, small: true } as const;
/** The verdict: the image has no loader for the program. */
const usable = { status: [1], ...atOnce } as const;
const document = (changes: object) => whole(JSON.stringify({ ...honestInspection, ...changes }));

/** What an engine may answer instead of what it knows of the image. */
export const inspections: readonly Trick[] = engineTricks('inspect', [
  ['nothing', only(), tooLate],
  ['half a head', only('HTTP/1.1 200 OK\r\nContent-Ty'), tooLate],
  ['a head without an end, slowly', inDrops('HTTP/1.1 200 OK\r\n', 'X-More: 1\r\n', 500), tooLate],
  [
    'a head without an end, fast',
    withoutEnd('HTTP/1.1 200 OK\r\n', Buffer.from('X-More: 1\r\n'.repeat(1000))),
    atOnce,
  ],
  ['a header field of 8 MB', only('HTTP/1.1 200 OK\r\nX-Long: ', Buffer.alloc(8 << 20, 0x61)), atOnce],
  ['half a body, then silence', only(head('200 OK', 'Content-Length: 100'), '{"Id":'), tooLate],
  ['a byte every second', inDrops(head('200 OK', 'Content-Length: 5000'), ' ', 1000), tooLate],
  ['half a body, then it hangs up', hangsUp(head('200 OK', 'Content-Length: 100'), '{"Id":'), atOnce],
  ['it hangs up', hangsUp(), atOnce],
  ['it resets the connection', cuts, atOnce],
  ['another protocol', hangsUp('SSH-2.0-OpenSSH_9.2\r\n'), atOnce],
  ['words that act on a terminal', hangsUp('\u001b[2J\u001b]0;owned\u0007\r\n\r\n'), atOnce],
  ['no JSON', whole('hello'), atOnce],
  ['nothing in its body', whole(''), atOnce],
  ['a list', whole('[]'), { status: [1, 3], ...atOnce }],
  ['null', whole('null'), { status: [1, 3], ...atOnce }],
  ['lists 1,000,000 deep', whole(`${'['.repeat(1e6)}${']'.repeat(1e6)}`), { status: [1, 3], ...atOnce }],
  ['a body without an end', withoutEnd(head('200 OK'), spaces), atOnce],
  ['chunks without an end', withoutEnd(head('200 OK', 'Transfer-Encoding: chunked'), chunked), atOnce],
  [
    'chunks of a byte without an end',
    withoutEnd(head('200 OK', 'Transfer-Encoding: chunked'), Buffer.from('1\r\n \r\n'.repeat(10_000))),
    { bounds: { seconds: 40 } },
  ],
  [
    'a chunk of a size that is no number',
    only(head('200 OK', 'Transfer-Encoding: chunked'), 'zz\r\n'),
    atOnce,
  ],
  ['a length of 10^18', only(head('200 OK', 'Content-Length: 1000000000000000000'), '{}'), tooLate],
  ['a length that is negative', only(head('200 OK', 'Content-Length: -1'), '{}'), atOnce],
  ['two lengths', only(head('200 OK', 'Content-Length: 2', 'Content-Length: 3'), '{}'), atOnce],
  [
    '1 GB of zeros as 1 MB of gzip',
    whole(gzipSync(Buffer.alloc(1 << 30)), '200 OK', 'Content-Encoding: gzip'),
    atOnce,
  ],
  ['error 500 with a body of 500 MB', longBody(head('500 Oops'), 500 << 20), atOnce],
  ['error 404 with a body without an end', withoutEnd(head('404 Gone'), spaces), atOnce],
  [
    'error 500 with words that act on a terminal',
    whole('{"message":"\\u001b[31mred\\u202e\\r\\n"}', '500 Oops'),
    atOnce,
  ],
  [
    'error 500 with a message of 1 MB',
    whole(JSON.stringify({ message: 'x'.repeat(1 << 20) }), '500 Oops'),
    atOnce,
  ],
  ['error 500 with a message that is an object', whole('{"message":{"a":1}}', '500 Oops'), atOnce],
  ['error 502 of a proxy, in HTML', whole('<html>Bad Gateway</html>', '502 Bad Gateway'), atOnce],
  [
    '101',
    only(head('101 Switching Protocols', 'Upgrade: tcp', 'Connection: Upgrade')),
    { bounds: { seconds: 30 }, says: /101/ },
  ],
  ['100 without an end', inDrops('', head('100 Continue'), 20), tooLate],
  ['103 without an end', inDrops('', head('103 Early Hints', 'Link: </x>'), 20), tooLate],
  ['204', only(head('204 No Content')), atOnce],
  ['a redirect to itself', whole('', '302 Found', 'Location: /images/app:1/json'), atOnce],
  ['a redirect to a file', whole('', '302 Found', 'Location: file:///etc/passwd'), atOnce],
  ['401', whole('', '401 Unauthorized', 'WWW-Authenticate: Basic'), atOnce],
  ['status 999', whole('{}', '999 What'), atOnce],
  ['status 007', whole('{}', '007 What'), atOnce],
  ['bytes that are not UTF-8', whole(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), atOnce],
  [
    'an architecture that acts on a terminal',
    document({ Architecture: '\u001b[2J' }),
    { status: [1, 3], ...atOnce },
  ],
  ['a size below zero', document({ Size: -1e300 }), usable],
  ['an ID that is an object', document({ Id: {} }), { status: [1, 3], ...atOnce }],
  ['a configuration that is a list', document({ Config: [] }), usable],
  [
    '300,000 layers',
    document({ RootFS: { Layers: Array(300_000).fill('sha256:x') } }),
    { status: [1, 3], bounds: { seconds: 30 } },
  ],
  [
    'an environment of 500,000 variables',
    document({ Config: { Env: Array(500_000).fill('A=1') } }),
    { status: [1, 3], bounds: { seconds: 30 } },
  ],
  [
    'keys of a prototype',
    whole('{"__proto__":{"Os":"linux"},"constructor":1}'),
    { status: [1, 3], ...atOnce },
  ],
]);
