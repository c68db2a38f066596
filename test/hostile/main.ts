import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judge } from './judge.ts';
import { observe } from './observe.ts';
import { subjects } from './subjects.ts';
import { type Row, table } from './table.ts';

const usage = `npm run test:hostile -- [options] [SUBJECT…]

Calls the built command on hostile input and judges its exit status, its words, its memory and its time: exit 1 when one
trick does not end as it must. Without SUBJECT, all of them: ${[...subjects.keys()].join(', ')}.

  --only PATTERN   only tricks whose name matches
  --markdown FILE  write the table
  --verbose        print what the command printed
`;

async function main(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      markdown: { type: 'string' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = positionals.find((name) => !subjects.has(name));
  if (unknown !== undefined)
    throw new Error(`no subject ${unknown}; there are ${[...subjects.keys()].join(', ')}`);
  const only = new RegExp(values.only ?? '');
  const rows: Row[] = [];
  for (const subject of positionals.length > 0 ? positionals : subjects.keys()) {
    for (const trick of subjects.get(subject) ?? []) {
      if (!only.test(trick.name)) continue;
      const observed = await observe(trick);
      const row = { subject, trick, observed, wrong: judge(trick, observed) };
      rows.push(row);
      print(row, values.verbose === true);
    }
  }
  const text = table(rows);
  process.stdout.write(`\n${text}\n`);
  if (values.markdown !== undefined) writeFileSync(values.markdown, `${text}\n`);
  return rows.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}

function print({ subject, trick, observed, wrong }: Row, verbose: boolean): void {
  const { status, signal, memoryMiB, processorSeconds, seconds } = observed;
  const cost = `exit ${status ?? signal}, ${memoryMiB} MiB, ${processorSeconds} s of ${seconds.toFixed(1)} s`;
  process.stdout.write(`${wrong.length === 0 ? 'ok   ' : 'WRONG'} ${subject}: ${trick.name} (${cost})\n`);
  for (const sentence of wrong) process.stdout.write(`        ${sentence}\n`);
  if (verbose || wrong.length > 0) {
    const lines = [observed.stdout, observed.stderr].join('').slice(0, 2000).trimEnd().split('\n');
    for (const line of lines) process.stdout.write(`        | ${JSON.stringify(line).slice(1, -1)}\n`);
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 2;
  },
);
