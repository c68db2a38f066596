import { defineRule } from './define-rule.ts';

/** UPX hides interpreter, libraries and versions of what it packed (S20). */
export const packedBinary = defineRule({
  id: 'packed-binary',
  title: 'The program is packed, so its needs are hidden',
  severity: 'note',
  confidence: 'likely',
  check: ({ binary }) => {
    const packed = binary.hints?.upx;
    if (packed?.kind !== 'hidden') return [];
    return [
      {
        subject: binary.at,
        expected: 'a program whose interpreter and libraries can be read',
        found: 'a file packed by UPX',
        where: [binary.at],
        message: `${binary.at} is packed by UPX, and ${packed.reason}.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
