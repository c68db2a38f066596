import { healthFailure } from '../launch/health-check.ts';
import { defineRule } from './define-rule.ts';

/** The health check names a program that does not start (K71). */
export const healthcheckFails = defineRule({
  id: 'healthcheck-fails',
  title: 'The health check of the image cannot run',
  severity: 'warning',
  confidence: 'exact',
  check: ({ container }) => {
    const failure = healthFailure(container);
    if (failure === null) return [];
    const { program, output } = failure;
    const words = output === '' ? '' : ` (${output.split('\n', 1)[0]})`;
    return [
      {
        subject: program,
        expected: `a program ${program} that starts`,
        found: 'it does not start',
        where: [],
        message: `HEALTHCHECK runs ${program}, which does not start${words}: the container starts and becomes unhealthy.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
