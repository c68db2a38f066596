import type { DlopenNote } from './elf-file.ts';

/** The JSON array of a `.note.dlopen` (systemd.io ELF_DLOPEN_METADATA); null for anything else. Entries without a soname are skipped. */
export function readDlopenNote(json: string): DlopenNote[] | null {
  const entries = parseArray(json);
  return entries === null ? null : entries.map(toNote).filter((note) => note.sonames.length > 0);
}

function parseArray(json: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function toNote(entry: unknown): DlopenNote {
  const fields = new Map(typeof entry === 'object' && entry !== null ? Object.entries(entry) : []);
  const text = (key: string) => {
    const value: unknown = fields.get(key);
    return typeof value === 'string' ? value : null;
  };
  const sonames: unknown = fields.get('soname');
  const priority = text('priority');
  return {
    sonames: Array.isArray(sonames) ? sonames.filter((soname) => typeof soname === 'string') : [],
    feature: text('feature'),
    description: text('description'),
    // The specification's default.
    priority: priority === 'required' || priority === 'suggested' ? priority : 'recommended',
  };
}
