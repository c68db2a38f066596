// Verdicts in one process, facts in memory: bundles verdicts.ts and runs it.
import { runBundled } from '../bundle.mjs';

await runBundled('verdicts');
