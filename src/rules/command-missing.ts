import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const commandMissing = defineRule({
  id: 'command-missing',
  title: 'The image has no command',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'command-missing').map((problem) => ({
      subject: 'the command',
      expected: 'an Entrypoint or a Cmd in the configuration, or a command of the call',
      found: 'none',
      where: [],
      message: 'The image has neither ENTRYPOINT nor CMD, so the engine has nothing to start.',
      ...effectOf(problem),
    })),
});
