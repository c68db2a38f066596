import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checked, compiledFolder } from '../check-compiled.ts';
import { describeNeeding, needProgram } from '../needs.ts';

const { at, compiled } = compiledFolder();
const machineField = 18;
const aarch64 = 0xb7;

describeNeeding('a library of another machine', [needProgram('gcc')], () => {
  test('is to be replaced where it stands (G10)', async () => {
    const library = compiled('libf.so', 'int f(void){return 0;}', '-shared', '-Wl,-soname,libf.so');
    const app = compiled('app', 'int f(void);int main(void){return f();}', library);
    const bytes = readFileSync(library);
    bytes.writeUInt16LE(aarch64, machineField);
    writeFileSync(at('arm.so'), bytes);
    const env = ['LD_LIBRARY_PATH=/opt/l'];
    const { findings } = await checked(app, {
      add: [{ source: at('arm.so'), destination: '/opt/l/libf.so' }],
      env,
    });
    expect(findings[0]?.remedies).toEqual([
      expect.objectContaining({
        action: '/opt/l/libf.so is built for aarch64: put a build for x86_64 in its place.',
        command: 'COPY libf.so /opt/l/libf.so',
      }),
    ]);
    const cured = await checked(app, { add: [{ source: library, destination: '/opt/l/' }], env });
    expect(cured.verdict).toBe('runs');
  });
});
