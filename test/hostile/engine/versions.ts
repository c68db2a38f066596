import type { Trick } from '../trick.ts';
import { cuts, head, only, whole, withoutEnd } from '../wire/answers.ts';
import { engineTricks } from './fake-engine.ts';

/** The image is there: a version that nobody can read changes nothing. */
const usable = { status: [1], bounds: { seconds: 20 } } as const;

/** What an engine may answer instead of its version. */
export const versions: readonly Trick[] = engineTricks('version', [
  ['nothing', only(), usable],
  ['it resets the connection', cuts, { ...usable, small: true }],
  ['a body without an end', withoutEnd(head('200 OK'), Buffer.alloc(1 << 20, 0x20)), usable],
  ['half a body', only(head('200 OK', 'Content-Length: 100'), '{"Version":"2'), usable],
  ['error 500', whole('{"message":"no"}', '500 Oops'), { ...usable, small: true }],
  ['numbers out of every range', whole('{"Version":"999999999999.1e400"}'), { ...usable, small: true }],
  [
    'words that act on a terminal',
    whole('{"Version":"27.0\\u001b[2J","Components":[{"Name":"Engine","Version":"1.\\u202e"}]}'),
    { ...usable, small: true },
  ],
  [
    '400,000 components',
    whole(JSON.stringify({ Version: '27.0', Components: Array(400_000).fill({ Name: 'x' }) })),
    usable,
  ],
]);
