import { defineRule } from './define-rule.ts';

/** An AppImage brings its own file system, which it mounts by FUSE when it is started (S21). */
export const appimage = defineRule({
  id: 'appimage',
  title: 'The program is an AppImage, which mounts itself',
  severity: 'note',
  confidence: 'likely',
  check: ({ binary }) => {
    const type = binary.hints?.appImage ?? null;
    if (type === null) return [];
    return [
      {
        subject: binary.at,
        expected:
          'FUSE in the container (/dev/fuse and libfuse.so.2 or its own), or an AppImage that is unpacked',
        found: `an AppImage of type ${type}`,
        where: [binary.at],
        message: `${binary.at} is an AppImage: what was checked is its runtime alone, which mounts the program inside by FUSE; a container gives none.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
