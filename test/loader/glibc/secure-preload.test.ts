import { expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { copy } from '../cases/case.ts';
import { containerOf } from '../run-case.ts';

const needsMissing = /^\/t\/p: error while loading shared libraries: libb\.so\.1: cannot open/;
const ignored =
  /^ERROR: ld\.so: object 'liba\.so\.1' from LD_PRELOAD cannot be preloaded \(cannot open shared object file\): ignored\./;

test.each([
  [{ program: 0o755, library: 0o644 }, 'stops', needsMissing],
  [{ program: 0o4755, library: 0o644 }, 'starts', ignored],
  [{ program: 0o4755, library: 0o4644 }, 'stops', needsMissing],
])(
  'of a setuid program only setuid libraries are preloaded by name (G80): %j %s',
  async (modes, kind, text) => {
    const layers = [
      [
        copy('t/p', 'glibc-hello/p', { mode: modes.program }),
        copy('usr/lib/x86_64-linux-gnu/liba.so.1', 'preload-needs-missing/l/liba.so.1', {
          mode: modes.library,
        }),
      ],
    ];
    const start = {
      image: 'glibc-2.36',
      layers,
      env: { LD_PRELOAD: 'liba.so.1' },
      user: '1000:1000',
    } as const;
    const { ending } = simulateStart(await containerOf(start, 'docker'), '/t/p');
    expect(ending).toMatchObject({ kind });
    expect(ending.kind === 'starts' ? ending.printed : ending.kind === 'stops' && ending.message).toMatch(
      text,
    );
  },
);
