import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../../check-compiled.ts';
import { describeNeeding, needProgram } from '../../needs.ts';

const { compiled } = compiledFolder();

describeNeeding('a program that names auditors', [needProgram('gcc')], () => {
  test.each(['--audit=/opt/a.so', '--depaudit=/opt/a.so'])(
    '%s is not simulated, and is said to be so (G93)',
    async (option) => {
      const app = compiled('app', 'int main(void){return 0;}', `-Wl,${option}`);
      const { verdict, reason } = await checked(app);
      expect(verdict).toBe('unknown');
      expect(reason).toContain('names an auditor');
    },
  );
});
