// A vitest reporter that writes how many tests passed, failed and were skipped, and which, as JSON into the file
// named by LIBC_CHECK_TALLY. scripts/test.mjs reads it.
import { writeFileSync } from 'node:fs';

/** The outermost skipped suites and tests below `parent`, with the number of tests in each. */
function leftOut(parent, file) {
  const found = [];
  for (const child of parent.children) {
    const isSkipped =
      child.type === 'suite' ? child.options.mode === 'skip' : child.result().state === 'skipped';
    if (isSkipped) {
      const tests = child.type === 'suite' ? [...child.children.allTests()].length : 1;
      const note = child.type === 'test' ? (child.result().note ?? null) : null;
      found.push({ file, name: child.fullName, tests, note });
    } else if (child.type === 'suite') found.push(...leftOut(child, file));
  }
  return found;
}

export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0, leftOut: [] };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        if (state === 'passed') tally.passed += 1;
        else if (state === 'failed') tally.failed += 1;
        else tally.skipped += 1;
      }
      // A file that could not be loaded, or a suite whose set-up failed, has no failed test to show for it.
      if (!module.ok() && !tests.some((test) => test.result().state === 'failed')) tally.failed += 1;
      tally.leftOut.push(...leftOut(module, module.relativeModuleId));
    }
    writeFileSync(process.env.LIBC_CHECK_TALLY, JSON.stringify(tally));
  }
}
