// How time grows with the number of layers, files, binaries and symbols: bundles growth.ts and runs it.
import { runBundled } from '../bundle.mjs';

await runBundled('growth');
