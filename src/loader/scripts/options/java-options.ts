import { type OptionsRead, readWords, refused, type WordRead } from './read-options.ts';

/** Words that a launcher or JVM of some release takes; each may have a value of its own behind `:` or `=`. */
const known =
  /^-(?:D|X(?:m[snx]|ss|int$|comp$|mixed$|batch$|noclassgc$|log|bootclasspath|check:jni$|debug$|runjdwp|rs$|share:(?:auto|on|off|dump)$|verify|future$|diag|showSettings|internalversion$)|verbose(?::|$)|verbosegc$|ea|enableassertions|da|disableassertions|esa$|enablesystemassertions$|dsa$|disablesystemassertions$|agentlib:|agentpath:|javaagent:|splash:|server$|client$|zero$|minimal$|dcevm$|version|showversion$|fullversion$|help$|h$|\?$|noverify$|d32$|d64$|J|no-jre-restrict-search$|jre-restrict-search$|noclassgc$|oss|ss|ms|mx|verifyremote$|noasyncgc$)/;
const knownLong =
  /^--(?:add-exports|add-modules|add-opens|add-reads|class-path|describe-module|dry-run|enable-[\w-]+|disable-[\w-]+|finalization|help|help-extra|illegal-[\w-]+|limit-modules|list-modules|module|module-path|patch-module|show-module-resolution|show-version|source|sun-[\w-]+|upgrade-module-path|validate-modules|version)(?:=|$)/;
/** Long options whose value is the next word. */
const valued =
  /^(?:-cp|-classpath|-p|-d|--(?:class-path|module-path|upgrade-module-path|add-modules|limit-modules|add-exports|add-opens|add-reads|patch-module|describe-module|source|enable-native-access))$/;

/** Options of HotSpot that 17 and 25 refuse, and with them every release between (each was tried). */
const removed =
  /^(?:CMS\w+|UseConcMarkSweepGC|UseParNewGC|UseCMSInitiatingOccupancyOnly|(?:Max)?PermSize|PrintGC(?:DateStamps|TimeStamps|ApplicationStoppedTime|ApplicationConcurrentTime)|PrintTenuringDistribution|UseGCLogFileRotation|NumberOfGCLogFiles|GCLogFileSize|AggressiveOpts|UseCGroupMemoryLimitForHeap|PrintHeapAtGC|TraceClassLoading|UseStringCache|UseCompressedStrings|PrintAdaptiveSizePolicy|PrintPromotionFailure|UseFastAccessorMethods|UseAppCDS|PrintReferenceGC|UseParallelOldGC)$/;
/** The same for what 17 takes and 25 refuses. */
const removedBy25 = /^(?:MaxRAMFraction|UseBiasedLocking)$/;

/** `17` of a JDK by its folder or by the image's JAVA_VERSION; null when neither tells. */
export function javaRelease(realPath: string, javaVersion: string | undefined): number | null {
  const byFolder = /\/(?:java-|jdk-|temurin-|zulu-?|jdk)(\d{2})\b/.exec(realPath)?.[1];
  const told = byFolder ?? /^(?:jdk-?)?(\d{2})(?:[.+]|$)/.exec(javaVersion ?? '')?.[1];
  return told === undefined ? null : Number(told);
}

function hotspotOption(word: string, release: number | null): WordRead {
  const [, name = ''] = /^-XX:[-+]?(\w+)/.exec(word) ?? [];
  const isGone = removed.test(name) || removedBy25.test(name);
  if (!isGone) return 0;
  const said = `Unrecognized VM option '${word.replace(/^-XX:[-+]?/, '')}'`;
  if (release === null)
    return { kind: 'unknown', reason: `whether its JVM still takes ${word} depends on its release` };
  if (release >= 17 && removed.test(name)) return refused(word, said, 1);
  if (release >= 25) return refused(word, said, 1);
  return release === 8 || !removed.test(name)
    ? 0
    : { kind: 'unknown', reason: `whether a JVM of release ${release} takes ${word} was not seen` };
}

/** Reads what is handed to java: `-jar FILE`, or options up to the name of a class (seen of 17 and 25). */
export function readJavaOptions(words: readonly string[], release: number | null): OptionsRead {
  const isLenient = words.some((word) =>
    /^-XX:(?:\+IgnoreUnrecognizedVMOptions|Flags=|VMOptionsFile=)/.test(word),
  );
  const read = readWords(words, (word) => {
    if (word === '-jar' || word === '-m' || word === '--module' || word.startsWith('@')) return 'ends';
    if (valued.test(word)) return 1;
    if (word.startsWith('-XX:')) return isLenient ? 0 : hotspotOption(word, release);
    if (known.test(word) || knownLong.test(word)) return 0;
    // HotSpot is not the only JVM, and others have more of these.
    return /^-(?:X|-)/.test(word)
      ? { kind: 'unknown', reason: `whether its JVM takes ${word} is not known` }
      : refused(word, `Unrecognized option: ${word}`, 1);
  });
  if (read.kind !== 'taken') return read;
  const jar = words.indexOf('-jar');
  return { kind: 'taken', operand: jar >= 0 && jar + 1 < words.length ? jar + 1 : null };
}
