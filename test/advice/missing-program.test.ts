import { expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const { compiled } = compiledFolder();

describeNeeding('a program that is not at its path', [needProgram('gcc')], () => {
  test.each([
    ['/app/server', '/app/Server'],
    ['/app/start.sh', '/app/start'],
  ])('%s is looked for under a name like it (R1)', async (asked, there) => {
    const source = compiled('app', 'int main(void){return 0;}');
    const { results } = await check({
      binaries: [],
      images: ['profile:debian:12-slim'],
      environment: {},
      add: [{ source, destination: there }],
      entrypoint: asked,
    });
    expect(results[0]?.findings[0]?.remedies[0]?.command).toBe(`ENTRYPOINT ["${there}"]`);
  });
});
