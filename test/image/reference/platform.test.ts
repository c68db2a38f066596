import { describe, expect, test } from 'vitest';
import {
  formatPlatform,
  normalisePlatform,
  parsePlatform,
  platformMatches,
  selectPlatform,
} from '../../../src/image/reference/platform.ts';
import { imageError } from '../expectations.ts';

const offer = (text: string) => ({ platform: parsePlatform(text) });

describe('a platform', () => {
  test.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['arm64', 'linux/arm64'],
    ['aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/i386', 'linux/386'],
    ['Linux/AMD64', 'linux/amd64'],
    ['windows/amd64', 'windows/amd64'],
  ])('%s is %s', (text, normal) => {
    expect(formatPlatform(parsePlatform(text))).toBe(normal);
  });

  test.each(['', 'linux', 'linux/', '/amd64', 'linux/amd64/v3/x', 'linux/a b', 'linux\n/amd64'])(
    '%j is none',
    async (text) => {
      expect(await imageError(() => parsePlatform(text))).toMatchObject({ code: 'call' });
    },
  );

  test.each([
    ['linux/arm/v7', 'linux/arm/v6', true],
    ['linux/arm/v7', 'linux/arm/v5', true],
    ['linux/arm/v6', 'linux/arm/v7', false],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/amd64/v3', 'linux/amd64', true],
    ['linux/amd64', 'linux/amd64/v2', false],
    ['linux/amd64', 'linux/386', false],
    ['linux/amd64', 'windows/amd64', false],
  ])('%s takes %s: %s', (wanted, offered, taken) => {
    expect(platformMatches(parsePlatform(wanted), parsePlatform(offered))).toBe(taken);
  });

  test('normalises what an image configuration says', () => {
    expect(normalisePlatform({ os: 'linux', architecture: 'arm64', variant: 'v8' }).variant).toBeNull();
  });
});

describe('of the platforms that an image has', () => {
  const offers = [
    offer('linux/arm64'),
    offer('linux/amd64'),
    offer('linux/arm/v6'),
    offer('linux/arm/v7'),
  ] as const;

  test.each([
    ['linux/arm64', null, 'linux/arm64', false],
    [null, 'linux/arm64', 'linux/arm64', true],
    [null, 'linux/arm/v7', 'linux/arm/v7', true],
    [null, 'linux/arm/v8', 'linux/arm/v7', true],
    [null, null, 'linux/amd64', false],
    [null, 'linux/s390x', 'linux/amd64', false],
    ['linux/arm/v6', 'linux/amd64', 'linux/arm/v6', false],
  ])('asked %s, binary %s: %s is taken', (asked, fitting, taken, chosen) => {
    const wanted = {
      asked: asked === null ? null : parsePlatform(asked),
      fitting: fitting === null ? null : parsePlatform(fitting),
    };
    const choice = selectPlatform([...offers], wanted, 'x');
    expect([formatPlatform(choice.chosen.platform), choice.platformChosen]).toEqual([taken, chosen]);
  });

  test.each([
    [null, 'linux/386', ['linux/amd64', 'linux/386'], 'linux/amd64', 'linux/386'],
    ['linux/amd64', 'linux/386', ['linux/amd64', 'linux/386'], 'linux/amd64', 'linux/386'],
    ['linux/386', 'linux/386', ['linux/amd64', 'linux/386'], 'linux/386', null],
    [null, 'linux/386', ['linux/386'], 'linux/386', null],
    [null, 'linux/386', ['linux/amd64'], 'linux/amd64', null],
    [null, 'linux/amd64', ['linux/386', 'linux/amd64'], 'linux/amd64', null],
    [null, 'linux/arm/v7', ['linux/arm64', 'linux/arm/v7'], 'linux/arm/v7', 'linux/arm64'],
    [null, 'linux/arm/v5', ['linux/arm/v5', 'linux/arm/v7'], 'linux/arm/v5', 'linux/arm/v7'],
    [null, 'linux/arm/v7', ['linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7', null],
  ])('R8: asked %s, binary %s, image %j: %s is taken, beside %s', (asked, fitting, names, taken, other) => {
    const [first = '', ...rest] = names;
    const wanted = { asked: asked === null ? null : parsePlatform(asked), fitting: parsePlatform(fitting) };
    const choice = selectPlatform([offer(first), ...rest.map(offer)], wanted, 'x');
    expect(formatPlatform(choice.chosen.platform)).toBe(taken);
    expect(choice.alternative === null ? null : formatPlatform(choice.alternative)).toBe(other);
  });

  test('one that was asked for and is not there is a wrong call that names those there are', async () => {
    const wanted = { asked: parsePlatform('linux/s390x'), fitting: null };
    const error = await imageError(() => selectPlatform([...offers], wanted, 'app:1'));
    expect(error.code).toBe('call');
    expect(error.message).toBe(
      'app:1 has no linux/s390x; it has: linux/arm64, linux/amd64, linux/arm/v6, linux/arm/v7',
    );
  });

  test('without amd64 the first is taken, and it does not count as chosen', () => {
    const wanted = { asked: null, fitting: parsePlatform('linux/amd64') };
    expect(selectPlatform([offer('linux/s390x'), offer('linux/arm64')], wanted, 'x')).toMatchObject({
      chosen: { platform: { architecture: 's390x' } },
      platformChosen: false,
    });
  });
});
