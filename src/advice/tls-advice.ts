import type { Remedy } from '../rules/finding.ts';
import { isAtLeast } from './base-images.ts';
import { moveToBase } from './base-move.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { proved } from './proof.ts';
import { rebuilt } from './rebuild.ts';

/** How well-known libraries choose their model of thread-local storage. */
const options: readonly (readonly [RegExp, string])[] = [
  [/jemalloc/, './configure --disable-initial-exec-tls'],
  [/mimalloc/, 'cmake -DMI_LOCAL_DYNAMIC_TLS=ON'],
];

function compileOtherwise(definer: string, facts: AdviceFacts): Remedy {
  const command = options.find(([name]) => name.test(nameOf(definer)))?.[1] ?? '-ftls-model=global-dynamic';
  return remedy(
    `Compile ${nameOf(definer)} with thread-local storage that can be placed later.`,
    command,
    rebuilt(facts, 'options'),
  );
}

/** Loaded at start, it gets what it asks for. */
function preload(definer: string, facts: AdviceFacts): readonly Remedy[] {
  const present = facts.variables.get('LD_PRELOAD') ?? '';
  const value = present === '' ? definer : `${definer}:${present}`;
  const offered = remedy(`Or load ${nameOf(definer)} at start.`, `ENV LD_PRELOAD=${value}`, {
    kind: 'env',
    name: 'LD_PRELOAD',
    value,
  });
  const one = proved(offered, facts);
  return one === null ? [] : [one];
}

function withoutAuditors(facts: AdviceFacts): readonly Remedy[] {
  const offered = remedy('Start it without auditors.', 'ENV LD_AUDIT=', {
    kind: 'env',
    name: 'LD_AUDIT',
    value: '',
  });
  const one = proved(offered, facts);
  return one === null ? [] : [one];
}

const surplus = 1664;
const step = 4096;

/** glibc since 2.32 keeps more room when it is told to (G62). */
function moreRoom(facts: AdviceFacts): readonly Remedy[] {
  const { loader } = facts.trace;
  if (loader?.family !== 'glibc') return [];
  const wanted = problemsIn(facts, 'static-tls').reduce((sum, { size }) => sum + size, surplus);
  const value = `glibc.rtld.optional_static_tls=${Math.ceil(wanted / step) * step}`;
  if (loader.version !== null && !isAtLeast(loader.version, '2.32')) return [];
  const offered = remedy('Or have glibc keep more room for it.', `ENV GLIBC_TUNABLES=${value}`, {
    kind: 'env',
    name: 'GLIBC_TUNABLES',
    value,
  });
  return [proved(offered, facts) ?? offered];
}

/** Remedies for initial-exec storage of a library that comes late: compiled otherwise, loaded at start, more room. */
export const adviseOnStaticTls: Adviser = ({ subject: definer }, facts) => {
  if (facts.hints?.go != null && facts.trace.loader?.family === 'musl') {
    return [
      remedy(
        'musl cannot load what Go builds with -buildmode=c-shared: link it into the program, or use an image with glibc.',
      ),
      ...moveToBase('glibc', facts).filter(({ proven }) => proven),
    ];
  }
  if ((facts.variables.get('LD_AUDIT') ?? '') !== '') return [...withoutAuditors(facts), ...moreRoom(facts)];
  const rest = [...preload(definer, facts), ...moreRoom(facts)];
  return [compileOtherwise(definer, facts), ...rest];
};
