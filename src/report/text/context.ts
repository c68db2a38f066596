import type { CheckResult } from '../../examine/check-report.ts';
import { printable } from '../printable.ts';
import { displayWidth } from './display-width.ts';
import type { TextOptions, TextStyle } from './style.ts';
import { wrapProse } from './wrap.ts';

const labelWidth = 10;

/** `sha256:` digests and hex hashes are cut to twelve digits unless they are asked for in full. */
function digest(value: string, verbose: boolean): string {
  const [, algorithm = '', hex = ''] = /^(\w+:)?([0-9a-f]{12,})$/.exec(value) ?? [];
  return hex === '' || verbose ? printable(value) : `${algorithm}${hex.slice(0, 12)}`;
}

function libcWords({ family, version }: CheckResult['image']['libc']): string {
  if (family === 'none') return 'no libc';
  if (family === 'unknown') return 'libc unknown';
  return version === null ? family : `${family} ${printable(version)}`;
}

/** Which source gave the image, unless the reference says so itself. */
function sourceWords({ source, reference }: CheckResult['image']): string | null {
  if (source === null) return 'not read';
  return reference === source || reference.startsWith(`${source}:`) ? null : `from ${source}`;
}

/** Most engines take linux/amd64 themselves. */
const isOwnChoice = ({ platform, platformChosen }: CheckResult['image'], verbose: boolean): boolean =>
  platformChosen && (verbose || platform !== 'linux/amd64');

function imageWords({ image }: CheckResult, verbose: boolean): (string | null)[] {
  return [
    sourceWords(image),
    image.platform &&
      printable(image.platform) + (isOwnChoice(image, verbose) ? ' (chosen to fit the binary)' : ''),
    image.source === null ? null : libcWords(image.libc),
    image.digest && digest(image.digest, verbose),
    image.provenance === null || verbose ? null : printable(image.provenance.date),
  ];
}

function provenanceWords({ image: { provenance } }: CheckResult): (string | null)[] {
  if (provenance === null) return [];
  return [
    `made from ${printable(provenance.madeFrom)}`,
    provenance.sha256 && `sha256 ${printable(provenance.sha256)}`,
    printable(provenance.date),
  ];
}

function binaryWords({ binary }: CheckResult, verbose: boolean): (string | null)[] {
  return [
    printable(binary.path) + (binary.at === binary.path ? '' : ` as ${printable(binary.at)}`),
    binary.kind === 'other' ? null : binary.kind.replace('-', ' '),
    binary.machine && printable(binary.machine),
    binary.sha256 && `sha256 ${digest(binary.sha256, verbose)}`,
    verbose ? binary.buildId && `build ID ${printable(binary.buildId)}` : null,
  ];
}

/** Only x86-64 has processor levels. */
function isX86({ binary: { machine } }: CheckResult): boolean {
  return machine === null || machine === 'x86_64' || machine === 'x32';
}

/** Items side by side; a line is broken between items, and within one only when it is too long for a line. */
function joinItems(items: readonly (string | null)[], columns: number, separator: string): string {
  const there = items.filter((item) => item !== null && item !== '').map((item) => item ?? '');
  return there
    .map((item) => (displayWidth(item + separator) > columns ? item : item.replaceAll(' ', '\u00a0')))
    .join(separator);
}

/** What was looked at and what was taken for granted: image, its provenance, skipped sources, binary, assumptions. */
export function contextText(result: CheckResult, options: TextOptions, style: TextStyle): string[] {
  const hanging = ' '.repeat(labelWidth + 2);
  const line = (label: string, items: readonly (string | null)[]): string[] => {
    const first = `  ${label.padEnd(labelWidth)}`;
    const text = joinItems(items, options.columns - hanging.length, style.separator);
    return wrapProse(text, options.columns, first, hanging).map((content) =>
      style.dim(content.replaceAll('\u00a0', ' ')),
    );
  };
  const { image, assumptions } = result;
  return [
    ...line('image', [printable(image.reference), ...imageWords(result, options.verbose)]),
    ...(image.provenance === null || !options.verbose ? [] : line('', provenanceWords(result))),
    ...image.fellThrough.flatMap(({ source, reason }) =>
      line('', [`${printable(source)} skipped: ${printable(reason)}`]),
    ),
    ...(options.verbose
      ? image.credentials.flatMap(({ kind, to }) =>
          line('', [`${kind.replace('-', ' ')} shown to ${printable(to)}`]),
        )
      : []),
    ...line('binary', binaryWords(result, options.verbose)),
    ...line('assumed', [
      `kernel ${printable(assumptions.kernel)}`,
      isX86(result) ? `cpu ${printable(assumptions.cpu)}` : null,
      `engine ${printable(assumptions.engine)}`,
    ]),
  ];
}
