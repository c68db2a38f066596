import { expect, test } from 'vitest';
import { nearest } from '../../src/cli/nearest.ts';

const choices = ['--image', '--source', '--at', '--add', '--strict', '--verbose'];

test.each([
  ['--imgae', '--image'],
  ['--Image', '--image'],
  ['--images', '--image'],
  ['--src', null],
  ['--strikt', '--strict'],
  ['--verb', '--verbose'],
  ['--ad', '--add'],
  ['--entirely-different', null],
  ['--vrebose', '--verbose'],
  ['', null],
])('the choice nearest to "%s" is %s', (word, expected) => {
  expect(nearest(word, choices)).toBe(expected);
});
