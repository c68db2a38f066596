import { type OptionsRead, readWords, refused } from './read-options.ts';

/** Reads what is handed to lua (`collectargs` of lua.c): options stand alone; `-W` came with 5.4. `name` is the file that runs. */
export function readLuaOptions(words: readonly string[], argv0: string, name: string): OptionsRead {
  const release = /^lua-?(5\.\d)$/.exec(name)?.[1] ?? null;
  return readWords(words, (word) => {
    if (/^-[ivE]$/.test(word)) return 0;
    if (/^-[el]/.test(word)) return word.length === 2 ? 1 : 0;
    if (word === '-W')
      return release === '5.4' ? 0 : { kind: 'unknown', reason: `${argv0} takes -W since Lua 5.4` };
    const said = release === null || release === '5.1' ? null : `${argv0}: unrecognized option '${word}'`;
    return refused(word, said, 1);
  });
}
