// One verdict, its facts in memory, beside the loader's for the same pair: the programs of a root file system in it, in this
// process after a warm-up, in turns with a process of that root file system's own ld.so for each of them. Every round reads the
// programs anew, so that nothing is known of them from the round before.
import { bundled } from '../bundle.mjs';
import { loaderLoop } from '../ld-so-loop.mjs';
import { leftOut, summaryOf, tellComparison, timeOf } from '../measure.mjs';
import { indexOf, programFoldersOf, programsOf, rootFileSystem } from '../root-file-system.mjs';

const pairs = 25;
const warmUps = 5;

const root = rootFileSystem();
const programs = programsOf(root.folder);
const { plannedStarts, timeToExamine, countVerdicts } = await bundled('verdicts');
const call = [programFoldersOf(root.folder), indexOf(root)];
const starts = await plannedStarts(...call);
const timeOfRound = async () => timeToExamine(await plannedStarts(...call, starts));
if (starts.length !== programs.length)
  throw new Error(`${starts.length} starts, but ${programs.length} programs for the loader`);
const { command, reason } = loaderLoop(root, programs);
const what = `one verdict, facts in memory (${programs.length} programs of ${root.name} in it: ${await countVerdicts(starts)})`;
if (command === undefined) leftOut(what, reason);
else {
  timeOf(command);
  for (let round = 0; round < warmUps; round++) await timeOfRound();
  const taken = { ours: [], theirs: [] };
  for (let pair = 0; pair < pairs; pair++) {
    taken.theirs.push(timeOf(command) / programs.length);
    taken.ours.push((await timeOfRound()) / starts.length);
  }
  tellComparison(what, 'a process of its own ld.so', 0.25, summaryOf(taken));
}
