import { readFileSync, writeFileSync } from 'node:fs';
import { run } from '../../src/cli/run.ts';
import { recordingTerminal } from './recording-terminal.ts';

/**
 * Markdown with fences of the kind `console` is a script and its own snapshot: lines that start with `$ ` are run, and the
 * lines after each are what it printed. With LIBC_CHECK_UPDATE=1 the file is written anew with what is printed now.
 *
 * Known to it: `libc-check …` and `npx libc-check …`, variables set in front, `2>/dev/null` and `>/dev/null` at the end,
 * quotes, and `echo $?`.
 */

interface Call {
  readonly env: Record<string, string>;
  readonly argv: readonly string[];
  readonly hidden: readonly ('stdout' | 'stderr')[];
}

const fence = /^```console\n([\s\S]*?)^```$/gm;

/** Splits a command line at blanks outside of quotes. */
function words(line: string): string[] {
  const found = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return found.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_all, single, double) => single ?? double),
  );
}

function parseCall(line: string): Call {
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  const argv = words(line);
  for (
    let setting = /^([A-Z_]+)=(.*)$/.exec(argv[0] ?? '');
    setting;
    setting = /^([A-Z_]+)=(.*)$/.exec(argv[0] ?? '')
  ) {
    env[setting[1] ?? ''] = setting[2] ?? '';
    argv.shift();
  }
  if (argv[0] === 'npx') argv.shift();
  if (argv.shift() !== 'libc-check') throw new Error(`a console block can only run libc-check: ${line}`);
  const hidden: ('stdout' | 'stderr')[] = [];
  for (const [redirection, stream] of [
    ['2>/dev/null', 'stderr'],
    ['>/dev/null', 'stdout'],
  ] as const) {
    if (argv.at(-1) === redirection) {
      hidden.push(stream);
      argv.pop();
    }
  }
  return { env, argv, hidden };
}

/** What differs from run to run and from build to build is given a fixed form. */
function normalised(output: string): string {
  return output
    .replace(/"checkedAt": "[^"]*"/g, '"checkedAt": "2026-11-23T12:00:00.000Z"')
    .replace(
      /"version": "\d+\.\d+\.\d+[^"]*",(\s+)"commit": "[^"]*"/g,
      '"version": "0.1.0",$1"commit": "0123456789ab"',
    )
    .replace(/^libc-check \d+\.\d+\.\S+ \(commit [^)]*\)$/gm, 'libc-check 0.1.0 (commit 0123456789ab)');
}

async function transcript(lines: readonly string[]): Promise<string> {
  let printed = '';
  let status = 0;
  for (const line of lines) {
    printed += `$ ${line}\n`;
    if (line === 'echo $?') {
      printed += `${status}\n`;
      continue;
    }
    const { env, argv, hidden } = parseCall(line);
    const { terminal, written } = recordingTerminal({ env });
    status = await run(argv, terminal);
    if (written.stderr.includes('internal error')) throw new Error(`${line}: ${written.stderr}`);
    printed += (['stdout', 'stderr'] as const)
      .map((stream) => (hidden.includes(stream) ? '' : normalised(written[stream])))
      .join('');
  }
  return printed;
}

/** The console blocks of a Markdown file, each as it stands there and as it is when run now. */
export async function rerun(path: string): Promise<{ readonly written: string; readonly now: string }[]> {
  const markdown = readFileSync(path, 'utf8');
  const blocks: { written: string; now: string }[] = [];
  for (const [, written = ''] of markdown.matchAll(fence)) {
    const commands = written.split('\n').filter((line) => line.startsWith('$ '));
    blocks.push({ written, now: await transcript(commands.map((line) => line.slice(2))) });
  }
  if (process.env['LIBC_CHECK_UPDATE'] === '1') {
    let position = 0;
    writeFileSync(
      path,
      markdown.replace(fence, () => `\`\`\`console\n${blocks[position++]?.now ?? ''}\`\`\``),
    );
    return blocks.map(({ now }) => ({ written: now, now }));
  }
  return blocks;
}
