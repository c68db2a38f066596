import { adviseOn } from '../advice/advise.ts';
import type { AdviceFacts } from '../advice/binary-facts.ts';
import type { Attempt } from '../advice/trial.ts';
import type { Container } from '../container/container.ts';
import { readDistro } from '../container/distro.ts';
import type { Libc } from '../container/libc.ts';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { Start } from '../plan/start.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import { embeddedTree } from './embedded-tree.ts';

/** One simulated start, and how to simulate it again with a cure. */
interface Simulated {
  readonly trace: LoadTrace;
  readonly container: Container;
  readonly libcs: readonly Libc[];
  readonly start: Start;
  readonly attempt: Attempt;
}

/** What the rules find in a trace, each with its remedies. */
export function findingsOf({ trace, container, libcs, start, attempt }: Simulated): Finding[] {
  const { binary, image, at, entry } = start;
  const factsForAdvice = (): AdviceFacts => ({
    path: binary.path,
    at,
    argv: entry.kind === 'command' ? entry.argv : null,
    executedAt: entry.kind === 'command' ? (entry.by?.place ?? null) : null,
    elf: binary.elf,
    hints: binary.hints,
    trace,
    libcs,
    distro: readDistro(container.rootfs),
    rootfs: container.rootfs,
    container,
    imageReference: image.reference,
    platform: [container.platform.os, container.platform.architecture, container.platform.variant]
      .filter(Boolean)
      .join('/'),
    variables: container.start.env,
    attempt,
    embedded: embeddedTree,
  });
  let facts: AdviceFacts | null = null;
  const context = {
    trace,
    container,
    libcs,
    otherPlatform: image.alternative,
    binary: { at, elf: binary.elf, hints: binary.hints },
  };
  return rules.flatMap((rule) =>
    rule.check(context).map((detection) => {
      const { id, severity, confidence } = rule;
      const { subject, expected, found, where, message, seen, exitStatus } = detection;
      const advised = {
        rule: id,
        severity,
        confidence,
        subject,
        expected,
        found,
        where,
        message,
        seen,
        exitStatus,
      };
      facts ??= factsForAdvice();
      return { ...advised, location: null, remedies: adviseOn(advised, facts) };
    }),
  );
}
