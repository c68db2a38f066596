import type { FileContent } from '../../../src/image/image.ts';
import type { Random } from '../../differential/mutated/random.ts';
import { caseImage, examineCommand, fileEntry } from '../starts.ts';
import type { Fuzzer, Subject } from '../subject.ts';
import { changedText } from '../text-changes.ts';

const scripts = [
  '#!/bin/sh\nset -e\nif [ "$1" = "app" ]; then\n  shift\n  exec /bin/busybox "$@"\nfi\nexec "$@"\n',
  '#!/bin/bash\nset -euo pipefail\nfor f in /docker-entrypoint.d/*.sh; do\n  case "$f" in\n    *.sh) . "$f" ;;\n    *) echo "${f##*/}" ;;\n  esac\ndone\nexec tini -- "${@:-sh}"\n',
  '#!/bin/sh\n: "${PORT:=80}"\nf() {\n  local x="$1"\n  while [ $x -lt 10 ]; do x=$((x + 1)); done\n  echo "$x" | tee /tmp/x\n}\nf 3 && cat <<EOF > /etc/conf\n$PORT `id -u` $(uname -m)\nEOF\nuser=$(id -u)\nif test "$user" = 0; then exec su-exec nobody "$0" "$@"; fi\n',
  '#!/usr/bin/env -S FOO="a b" sh -x\nexport PATH=/opt/bin:$PATH\ncd /srv || exit 1\n[[ $1 =~ ^a+$ && -x /bin/sh ]] && exec env -i A=1 nice -n 5 ./run\ntrap "exit 3" TERM\n"$@" &\nwait $!\n',
  '#!/bin/sh\nx=abc; y=${x%c}; z=${#y}; eval "set -- $y $z"\nuntil false; do break 2; done\nselect a in b; do echo; done\nif ! command -v node >/dev/null 2>&1; then echo no >&2; exit 127; fi\nexec node server.js\n',
];

const words = [
  ...scripts.flatMap((text) => text.match(/\S+/g) ?? []),
  ...[
    'if',
    'then',
    'fi',
    'for',
    'do',
    'done',
    'case',
    'esac',
    '{',
    '}',
    '(',
    ')',
    '((',
    '))',
    '&&',
    '||',
    '|',
    '&',
    ';;',
  ],
  ...[
    '<<EOF',
    '<<-E',
    'EOF',
    '2>&1',
    '>',
    '${x:-',
    '${!x}',
    '${x//a/b}',
    '$((',
    '$(',
    '`',
    '[[',
    ']]',
    '#!',
    '\\',
    'function',
  ],
  ...[
    'exec',
    'eval',
    '.',
    'source',
    'return',
    'exit',
    'break',
    'continue',
    'set',
    'unset',
    'shift',
    'trap',
    'read',
    'export',
  ],
];

const make = (random: Random): Buffer =>
  Buffer.from(changedText(random.of(scripts), words, random), 'latin1');

/** As the entry point of two images, with arguments and without. */
async function feed(input: Buffer): Promise<void> {
  const content: FileContent = { kind: 'script', head: input };
  const script = fileEntry('start', content, input.length);
  const args = input.length % 3 === 0 ? [] : ['app', '-x', 'a b'];
  await examineCommand(['/start', ...args], caseImage('alpine-3.20'), [script]);
}

/** Changed entry point scripts, followed command by command. */
export const script: Subject = {
  name: 'script',
  inputs: 'entry point scripts with words exchanged, doubled and cut',
  prepare: (): Fuzzer => ({ make, feed }),
};
