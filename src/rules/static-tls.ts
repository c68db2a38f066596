import type { Container } from '../container/container.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectsOf, groupBy, problemsOf } from './define-rule.ts';

/** Why there is no room for it: after the start, or because of auditors at the start (G62, G93). */
function refusal({ loader }: LoadTrace, { start }: Container): string {
  if (loader?.family === 'musl') return 'musl has no room for it once the program runs';
  return (start.env.get('LD_AUDIT') ?? '') === ''
    ? 'of which glibc keeps little room once the program runs'
    : 'with LD_AUDIT glibc keeps little room for the storage of all libraries, because it lays that out before it loads them';
}

function sentence(
  { path, definer, size, symbol }: ProblemOf<'static-tls'>,
  trace: LoadTrace,
  container: Container,
): string {
  const { loader } = trace;
  const whose = path === definer ? '' : ` of ${definer}`;
  const refused = refusal(trace, container);
  const printed =
    loader?.family === 'musl' && symbol === null
      ? ' The variable has no name in the file: what musl prints in its place is undefined, and it can also crash (139).'
      : '';
  return `${path} was compiled for thread-local storage${whose} that is there from the start (initial-exec TLS, ${size} bytes), and ${refused}.${printed}`;
}

/** Initial-exec TLS of a library that is loaded later (G62, M44). */
export const staticTls = defineRule({
  id: 'static-tls',
  title: 'A library needs thread-local storage that must be there from the start',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    groupBy(problemsOf(trace, 'static-tls'), ({ path, definer }) => `${path}\0${definer}`).map((group) => {
      const [first] = group;
      return {
        subject: first.definer,
        expected: 'thread-local storage that can be placed later (global-dynamic or local-dynamic)',
        found: `initial-exec TLS, ${first.size} bytes`,
        where: first.path === first.definer ? [first.path] : [first.path, first.definer],
        message: sentence(first, trace, container),
        ...effectsOf(group),
      };
    }),
});
