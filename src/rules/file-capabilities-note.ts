import { defaultPrivileges } from '../container/privileges.ts';
import { capabilityNames } from '../image/capability/capability-names.ts';
import { requiredCapabilities } from '../loader/kernel/capabilities.ts';
import { execveFailure } from '../loader/kernel/engine-text.ts';
import { defineRule } from './define-rule.ts';

/** Effective file capabilities that the engine's default set has and a restricted container has not (K60). */
export const fileCapabilitiesNote = defineRule({
  id: 'file-capabilities-note',
  title: 'The program does not start where its file capabilities are dropped',
  severity: 'note',
  confidence: 'exact',
  check: ({ trace, container: { rootfs, host, start } }) => {
    const { bounding } = start.privileges;
    if (bounding !== defaultPrivileges(host.engine).bounding) return [];
    return [...new Set(trace.executed)].flatMap((path) => {
      const found = rootfs.lookup(path, { cwd: start.cwd });
      const required = found.ok ? requiredCapabilities(found.inode.capability) : 0n;
      if (required === 0n || (required & ~bounding) !== 0n) return [];
      const names = capabilityNames(required).join(', ');
      const dropped = capabilityNames(required).map((name) => name.replace(/^cap_/, '').toUpperCase());
      const { seen } = execveFailure(host.engine, path, 'EPERM');
      return [
        {
          subject: path,
          expected: `${names} in the container's bounding set`,
          found: "it is in the engine's default set",
          where: [path],
          message: `${path} has the effective file capability ${names}: with --cap-drop ALL or --cap-drop ${dropped.join(' or ')}, as in restricted pods, it does not start (${seen}).`,
          seen: null,
          exitStatus: null,
        },
      ];
    });
  },
});
