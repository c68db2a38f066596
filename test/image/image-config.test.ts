import { expect, test } from 'vitest';
import { imageConfigOf } from '../../src/image/oci/image-document.ts';

test.each([
  [{ Test: ['CMD', 'curl', '-f', 'x'] }, undefined, ['curl', '-f', 'x']],
  [{ Test: ['CMD-SHELL', 'curl x'] }, undefined, ['/bin/sh', '-c', 'curl x']],
  [{ Test: ['CMD-SHELL', 'curl x'] }, ['/bin/bash', '-ec'], ['/bin/bash', '-ec', 'curl x']],
  [{ Test: ['NONE'] }, undefined, []],
  [{ Test: [] }, undefined, []],
  [null, undefined, []],
])('the health check of %j in the shell %j is %j', (Healthcheck, Shell, healthcheck) => {
  expect(imageConfigOf({ Healthcheck, Shell }).healthcheck).toEqual(healthcheck);
});
