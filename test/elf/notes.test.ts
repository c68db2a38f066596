import { describe, expect, test } from 'vitest';
import { readElfBytes } from './elf-files.ts';
import { describeLayout, ElfWriter, layouts } from './elf-writer.ts';

const PT_NOTE = 4;
const PT_GNU_PROPERTY = 0x6474e553;
const cases = layouts.map((layout) => ({ name: describeLayout(layout), layout }));

interface WrittenNote {
  readonly owner: string;
  readonly type: number;
  readonly desc: Buffer;
}

/** Facts of a file with the notes, all in one segment. */
function readNotes(elf: ElfWriter, notes: readonly WrittenNote[], align = 4, type = PT_NOTE) {
  const pad = (bytes: Buffer) =>
    Buffer.concat([bytes, Buffer.alloc((align - (bytes.length % align)) % align)]);
  const all = notes.map((note) => {
    const owner = Buffer.from(`${note.owner}\0`);
    return Buffer.concat([
      pad(Buffer.concat([elf.pack('w', owner.length, note.desc.length, note.type), owner])),
      pad(note.desc),
    ]);
  });
  const bytes = Buffer.concat(all);
  elf.segments.push({ type, offset: elf.place(bytes), filesz: bytes.length, align });
  return readElfBytes(elf.bytes());
}

const json = (text: string) => Buffer.from(`${text}\0`);

describe.each(cases)('notes, $name', ({ layout }) => {
  test.each([4, 8])('aligned to %i', (align) => {
    const elf = new ElfWriter(layout);
    const { notes, defects } = readNotes(
      elf,
      [
        { owner: 'GNU', type: 3, desc: Buffer.from('00ff10abcdef', 'hex') },
        { owner: 'GNU', type: 1, desc: elf.pack('w', 0, 3, 2, 1) },
        { owner: 'Go', type: 4, desc: Buffer.from('abc/def') },
        { owner: 'FDO', type: 0xcafe1a7e, desc: json('{"type":"deb"}') },
      ],
      align,
    );
    expect(defects).toEqual([]);
    expect(notes).toMatchObject({
      buildId: '00ff10abcdef',
      abiTag: { os: 0, kernel: [3, 2, 1] },
      goBuildId: 'abc/def',
      packageMetadata: '{"type":"deb"}',
      x86IsaNeeded: null,
    });
    expect(notes.headers).toEqual([
      { owner: 'GNU', type: 3, size: 6 },
      { owner: 'GNU', type: 1, size: 16 },
      { owner: 'Go', type: 4, size: 7 },
      { owner: 'FDO', type: 0xcafe1a7e, size: 15 },
    ]);
  });

  test.each([PT_NOTE, PT_GNU_PROPERTY])('x86 ISA levels in a segment of type %i', (type) => {
    const elf = new ElfWriter(layout);
    const padding = layout.class === 64 ? [0] : [];
    const properties = [
      elf.pack('w', 0xc0000002, 4, 3, ...padding),
      elf.pack('w', 0xc0008002, 4, 5, ...padding),
      elf.pack('w', 0xc0010002, 4, 7, ...padding),
    ];
    const note = { owner: 'GNU', type: 5, desc: Buffer.concat(properties) };
    const { notes } = readNotes(elf, [note], layout.class / 8, type);
    expect([notes.x86IsaNeeded, notes.x86IsaUsed]).toEqual([5, 7]);
    expect(notes.headers.length).toBe(type === PT_NOTE ? 1 : 0);
  });

  test('libraries that may be loaded at run time', () => {
    const elf = new ElfWriter(layout);
    const text = JSON.stringify([
      { soname: ['libzstd.so.1'], feature: 'zstd', description: 'Compression', priority: 'required' },
      { soname: ['liblz4.so.1', 'liblz4.so.2'] },
      { soname: 'no list' },
    ]);
    expect(readNotes(elf, [{ owner: 'FDO', type: 0x407c0c0a, desc: json(text) }]).notes.dlopen).toEqual([
      { sonames: ['libzstd.so.1'], feature: 'zstd', description: 'Compression', priority: 'required' },
      { sonames: ['liblz4.so.1', 'liblz4.so.2'], feature: null, description: null, priority: 'recommended' },
    ]);
  });

  test.each(['', '{}', '[', '"soname"'])('dlopen metadata that reads %j is a defect', (text) => {
    const read = readNotes(new ElfWriter(layout), [{ owner: 'FDO', type: 0x407c0c0a, desc: json(text) }]);
    expect(read).toMatchObject({ notes: { dlopen: [] }, defects: [{ part: 'notes' }] });
  });

  test('a note that promises more than its segment has is a defect, and those before it are kept', () => {
    const elf = new ElfWriter(layout);
    const good = Buffer.concat([
      elf.pack('w', 4, 4, 3),
      Buffer.from('GNU\0'),
      Buffer.from('01020304', 'hex'),
    ]);
    const bytes = Buffer.concat([good, elf.pack('w', 4, 0x7fff_ffff, 1), Buffer.from('GNU\0')]);
    elf.segments.push({ type: PT_NOTE, offset: elf.place(bytes), filesz: bytes.length, align: 4 });
    expect(readElfBytes(elf.bytes())).toMatchObject({
      notes: { buildId: '01020304' },
      defects: [{ part: 'notes' }],
    });
  });
});
