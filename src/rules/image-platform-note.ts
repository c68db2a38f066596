import { defineRule } from './define-rule.ts';
import { isOfOtherSystem } from './image-platform.ts';
import { otherSystem, otherSystemDetection } from './other-system.ts';

/** The checked binary does not need what the image has: a static program, or one that brings its loader. */
export const imagePlatformNote = defineRule({
  id: 'image-platform-note',
  title: "The image's own files are for another platform, but the program starts without them",
  severity: 'warning',
  confidence: 'exact',
  check: (context) => {
    if (context.trace.problems.some(isOfOtherSystem)) return [];
    const system = otherSystem(context);
    if (system === null) return [];
    return [{ ...otherSystemDetection(system, context), seen: null, exitStatus: null }];
  },
});
