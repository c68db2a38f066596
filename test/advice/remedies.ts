import { adviseOn } from '../../src/advice/advise.ts';
import type { AdviceFacts } from '../../src/advice/binary-facts.ts';
import { readDistro } from '../../src/container/distro.ts';
import { attemptsOf } from '../../src/examine/attempt-cure.ts';
import { embeddedTree } from '../../src/examine/embedded-tree.ts';
import type { Remedy } from '../../src/rules/finding.ts';
import { type RuleId, rules } from '../../src/rules/index.ts';
import { type Start, simulated } from '../rules/start.ts';

/** The remedies of each finding of one rule for a start. */
export async function remediesOf(rule: RuleId, start: Start): Promise<readonly (readonly Remedy[])[]> {
  const { context, planned } = await simulated(start);
  const { binary, container, trace, libcs } = context;
  const { os, architecture, variant } = container.platform;
  const facts: AdviceFacts = {
    path: start.program,
    argv: null,
    executedAt: null,
    at: binary.at,
    elf: binary.elf,
    hints: binary.hints,
    trace,
    libcs,
    distro: readDistro(container.rootfs),
    rootfs: container.rootfs,
    container,
    imageReference: start.image,
    platform: [os, architecture, variant].filter(Boolean).join('/'),
    variables: container.start.env,
    attempt: attemptsOf({ start: planned, container, trace }),
    embedded: embeddedTree,
  };
  const found = rules.find(({ id }) => id === rule);
  if (found === undefined) throw new Error(`there is no rule ${rule}`);
  const { id, severity, confidence } = found;
  return found
    .check(context)
    .map((detection) => adviseOn({ rule: id, severity, confidence, ...detection }, facts));
}
