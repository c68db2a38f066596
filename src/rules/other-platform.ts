import { formatPlatform } from '../image/reference/platform.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import { defineRule } from './define-rule.ts';

/** An image of several platforms, where the platform decides and the engine need not take the one that fits (R8). */
export const otherPlatform = defineRule({
  id: 'other-platform',
  title: 'The engine can take another platform of the image',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace, container, binary, otherPlatform: other }) => {
    if (other === null || binary.elf === null) return [];
    const accepted = acceptance(binary.elf, container.platform);
    const isNative = accepted === 'native';
    if (!isNative && (accepted !== 'compat' || trace.ending.kind === 'starts')) return [];
    const checked = formatPlatform(container.platform);
    const named = formatPlatform(other);
    return [
      {
        subject: named,
        expected: `one platform for the engine and for ${binary.at}`,
        found: `${checked}, and ${named} beside it`,
        where: [],
        message: isNative
          ? `On a host that takes ${named}, the engine takes that of the image's platforms; ${binary.at} fits ${checked}, which was checked.`
          : `The image also has ${named}, which fits ${binary.at}; on a 64-bit host the engine takes ${checked}.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
