/** Where a rule of the specification is held: by cases of the table, by a test file that names it, or by nothing and why. */
export type RuleHome =
  | { readonly by: 'cases' }
  | { readonly by: 'test'; readonly file: string }
  | { readonly by: 'nothing'; readonly because: string };

const cases = (...ids: readonly string[]) => ids.map((id) => [id, { by: 'cases' }] as const);
const test = (file: string, ...ids: readonly string[]) =>
  ids.map((id) => [id, { by: 'test', file }] as const);
const nothing = (id: string, because: string) => [[id, { by: 'nothing', because }]] as const;

/** Every rule number of the specification of the loaders. */
export const ruleIds: ReadonlyMap<string, RuleHome> = new Map<string, RuleHome>([
  // The container runtime.
  ...cases('R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8'),
  // The kernel.
  ...cases('K1', 'K2', 'K3', 'K4', 'K5', 'K6', 'K10', 'K11', 'K12', 'K13', 'K14', 'K20', 'K21', 'K22', 'K23'),
  ...nothing('K12b', 'an emulator that the host registered is known to no file of the image'),
  ...cases('K30', 'K31', 'K32', 'K33', 'K40', 'K41', 'K42', 'K50', 'K60', 'K61'),
  // glibc.
  ...cases(
    'G0',
    'G0b',
    'G1',
    'G2',
    'G3',
    'G4',
    'G5',
    'G6',
    'G7',
    'G8',
    'G9',
    'G10',
    'G11',
    'G12',
    'G13',
    'G14',
  ),
  ...cases(
    'G15',
    'G16',
    'G17',
    'G20',
    'G21',
    'G22',
    'G23',
    'G30',
    'G31',
    'G40',
    'G41',
    'G42',
    'G43',
    'G44',
    'G45',
  ),
  ...cases('G46', 'G47', 'G50', 'G51', 'G52', 'G53', 'G54', 'G55', 'G60', 'G61', 'G62', 'G70', 'G80', 'G90'),
  ...nothing('G63', 'prelinked addresses count only where nothing changed, and then change nothing'),
  ...nothing('G71', 'versions of 32-bit time functions are versions like any other (G47)'),
  ...test('test/loader/dlopen.test.ts', 'G91', 'S30', 'S31'),
  // musl.
  ...test('test/container/libc.test.ts', 'M0'),
  ...cases(
    'M1',
    'M2',
    'M3',
    'M4',
    'M5',
    'M6',
    'M7',
    'M10',
    'M20',
    'M21',
    'M30',
    'M31',
    'M32',
    'M33',
    'M40',
    'M41',
  ),
  ...cases('M42', 'M43', 'M44', 'M50', 'M51', 'M52', 'M53', 'M60'),
  // uclibc-ng, bionic.
  ...cases('U1', 'U2', 'U3', 'U4', 'U5', 'U6', 'U7', 'U8'),
  ...nothing('B', "Android's loader was read of and never run: a start under it is told as unknown"),
  // Static programs, languages, packers.
  ...test('test/loader/static-programs.test.ts', 'S1', 'S2', 'S12', 'S21'),
  ...cases('S10', 'S11', 'S20'),
  // Images.
  ...cases('I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10'),
  ...nothing('I11', 'volumes, read-only mounts and security policies are settings of a run, not of an image'),
]);
