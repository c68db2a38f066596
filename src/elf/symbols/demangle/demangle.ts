import { NotMangled } from './cursor.ts';
import { itaniumName } from './itanium.ts';
import { legacyRustName, rustName } from './rust.ts';

const longestMangled = 2048;
const longestName = 160;

function nameOf(mangled: string): string | null {
  if (mangled.startsWith('_R')) return rustName(mangled);
  if (!mangled.startsWith('_Z')) return null;
  return (mangled.startsWith('_ZN') ? legacyRustName(mangled) : null) ?? itaniumName(mangled);
}

/**
 * What a C++ or Rust symbol is called in the source, `std::locale::locale()`: without the types of parameters. Null for names that
 * are not mangled, that are too long, or that use what is not implemented, such as expressions in templates.
 */
export function demangled(mangled: string): string | null {
  if (mangled.length > longestMangled) return null;
  try {
    const name = nameOf(mangled);
    return name === null || name.length > longestName ? null : name;
  } catch (error) {
    if (error instanceof NotMangled) return null;
    throw error;
  }
}
