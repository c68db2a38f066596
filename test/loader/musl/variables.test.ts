import { expect, test } from 'vitest';
import { contextOf } from '../../rules/start.ts';

test.each([
  'LD_BIND_NOW=1',
  'LD_AUDIT=/none.so',
  'LD_DEBUG=help',
  'LD_DEBUG=unused',
  'LD_TRACE_LOADED_OBJECTS=1',
  'LD_PROFILE=libc.so',
  'LD_ASSUME_KERNEL=2.2.5',
  'GLIBC_TUNABLES=glibc.rtld.enable_secure=1',
])('%s changes nothing (M61)', async (variable) => {
  const program = async (name: string) =>
    (await contextOf({ image: 'alpine:3.19', program: name, env: [variable] })).trace.ending;
  expect(await program('musl-dynamic')).toEqual({ kind: 'starts', printed: '' });
  expect(await program('musl-missing-symbol')).toMatchObject({ kind: 'stops', exitStatus: 127 });
});
