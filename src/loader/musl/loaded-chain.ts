import { trustedEnding } from '../doubt/trusted-ending.ts';
import type { EndingBuilder } from '../trace/ending-builder.ts';
import type { LoaderIdentity } from '../trace/load-trace.ts';
import type { Loaded } from '../trace/loaded.ts';
import type { Problem } from '../trace/problem.ts';
import type { DsoChain } from './load-libraries.ts';
import type { MuslSession } from './session.ts';

/** What a trace reports about the loader. */
export function identityOf({ version, loader }: MuslSession): LoaderIdentity {
  return { family: 'musl', version, path: loader.path };
}

/** The result of loading these objects; the ending is trusted only as far as all of them could be read. */
export function loadedChain(
  session: MuslSession,
  chain: DsoChain,
  problems: readonly Problem[],
  ending: EndingBuilder,
): Loaded {
  return {
    loader: identityOf(session),
    objects: chain.objects,
    problems,
    ending: trustedEnding(ending.build(), chain.unknown, chain.all),
  };
}
