import type { Trick } from '../trick.ts';
import { answers } from './answers.ts';
import { documents } from './documents.ts';
import { places } from './places.ts';

/** Tricks that end at once, one of each kind. */
const small = new Set([
  '101, another protocol',
  'a layer of other bytes than its digest says',
  'a refusal of 500 MB',
  'a manifest whose digest in the head is another',
  'a redirect from a registry of the network to http://127.0.0.1:5000',
  'a realm from a registry of the network to https://10.0.0.1',
  'a CDN of another name, behind a proxy',
]);

/** A registry that lies, drips, hangs or sends its client where it should not. */
export const registry: readonly Trick[] = [...answers, ...documents, ...places].map((trick) =>
  small.has(trick.name) ? { ...trick, small: true } : trick,
);
