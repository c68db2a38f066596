import { expect, it } from 'vitest';
import { SuiteUnavailable } from './apt.ts';
import { Place } from './place.ts';

it('the next suite stands in, by name, for one that the mirror has dropped', () => {
  const said: string[] = [];
  const place = new Place('/nowhere', (line) => said.push(line));
  const kept = place.withSuites(() => {
    const apt = place.apt('bullseye', 'amd64');
    if (apt.suite === 'bullseye') throw new SuiteUnavailable(apt, new Error('404 Not Found'));
    return apt.suite;
  });
  expect(kept).toBe('bookworm');
  expect(place.apt('bullseye', 'amd64').suite).toBe('bookworm');
  expect(place.apt('bullseye', 'arm64').suite).toBe('bullseye');
  expect(said).toEqual([
    'bullseye is gone from the mirror for amd64: bookworm stands in for it (bullseye amd64: 404 Not Found)',
  ]);
});

it('a suite without a later one is an error', () => {
  const place = new Place('/nowhere', () => {});
  const drop = () => {
    throw new SuiteUnavailable(place.apt('sid', 'amd64'), new Error('404 Not Found'));
  };
  expect(() => place.withSuites(drop)).toThrow('sid amd64: 404 Not Found');
});
