import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { listProfiles } from '../../src/image/profiles/profile-catalog.ts';
import { inspect } from '../../src/inspect.ts';
import {
  type DocumentName,
  type Documents,
  formatIdsOf,
  formats,
  formatsOf,
} from '../../src/report/formats.ts';
import type { TextOptions } from '../../src/report/text/style.ts';
import { toolIdentity } from '../../src/tool-identity.ts';
import { failsResult, report } from './reports.ts';

const options: TextOptions = { color: false, columns: 80, verbose: false, unicode: true, strict: false };
const program = fileURLToPath(new URL('../../fixtures/bin/glibc-dynamic', import.meta.url));
const identity = { schemaVersion: 1, tool: toolIdentity } as const;

/** One of each document. */
const documents: { readonly [Name in DocumentName]: () => Promise<Documents[Name]> } = {
  check: async () => report(failsResult()),
  inspect: async () => ({ ...identity, files: [await inspect(program)] }),
  'profile list': async () => ({ ...identity, profiles: listProfiles() }),
  'profile show': async () => ({
    ...identity,
    image: await openImage('profile:alpine:3.19', { platform: null, fitting: null, env: {} }),
  }),
  'cache info': async () => ({
    folder: '/cache',
    entries: 1,
    size: 2_500_000,
    limit: 5_000_000,
    unused: null,
  }),
};
const names = Object.keys(documents) as DocumentName[];

async function rendered<Name extends DocumentName>(name: Name, id: string): Promise<string> {
  const format = formatsOf(name).find((candidate) => candidate.id === id);
  if (format === undefined) return '';
  const render = await format.load();
  return render(await documents[name](), options);
}

test('every format has an id of its own, and the first is for people', () => {
  const ids = formats.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(formats[0]).toMatchObject({ id: 'text', readBy: 'people' });
});

describe.each(names)('the document of %s', (name) => {
  test.each(formatsOf(name).map(({ id }) => id))(
    'is rendered as %s, with a line break at its end',
    async (id) => {
      expect(await rendered(name, id)).toMatch(/\S\n$/);
    },
  );

  test('is JSON in the format json', async () => {
    expect(JSON.parse(await rendered(name, 'json'))).toBeTypeOf('object');
  });

  test('is no JSON in the format text', async () => {
    const text = await rendered(name, 'text');
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });
});

test.each([
  ['check', ['text', 'json']],
  ['profile', ['text', 'json']],
  ['cache', ['text', 'json']],
  ['explain', []],
  ['prof', []],
])('the command %s has the formats %j', (command, ids) => {
  expect(formatIdsOf(command)).toEqual(ids);
});
