// How time grows with the number of layers, files, binaries and symbols: bundles growth.ts and runs it.
import { bundled } from '../bundle.mjs';

await bundled('growth');
