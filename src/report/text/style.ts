import picocolors from 'picocolors';
import type { Verdict } from '../../examine/check-report.ts';
import type { Severity } from '../../rules/finding.ts';

/** How a text report is to look; nothing of it is taken from the process. */
export interface TextOptions {
  readonly color: boolean;
  /** Width of the terminal; prose is wrapped to it. */
  readonly columns: number;
  /** Adds the tree of libraries, every place that was tried, and digests in full. */
  readonly verbose: boolean;
  /** False for a terminal that shows ASCII only. */
  readonly unicode: boolean;
  /** Warnings fail (`--strict`): the headlines say so. */
  readonly strict: boolean;
}

type Paint = (text: string) => string;

/** Signs and colours of one report. */
export interface TextStyle {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly verdict: Readonly<Record<Verdict | 'warned', { readonly sign: string; readonly paint: Paint }>>;
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly tree: {
    readonly branch: string;
    readonly last: string;
    readonly rail: string;
    readonly gap: string;
  };
  readonly arrow: string;
  readonly ellipsis: string;
  /** Between items of one line; holds the one blank at which a line may be broken. */
  readonly separator: string;
}

const unicodeSigns = { runs: '✓', fails: '✗', unknown: '?', warned: '!' };
const asciiSigns = { runs: '[ok]', fails: '[fails]', unknown: '[?]', warned: '[warning]' };

/** The signs and colours that `options` ask for. */
export function textStyle(options: Pick<TextOptions, 'color' | 'unicode'>): TextStyle {
  const { bold, dim, green, red, yellow, cyan } = picocolors.createColors(options.color);
  const signs = options.unicode ? unicodeSigns : asciiSigns;
  return {
    bold,
    dim,
    verdict: {
      runs: { sign: signs.runs, paint: green },
      fails: { sign: signs.fails, paint: red },
      unknown: { sign: signs.unknown, paint: yellow },
      warned: { sign: signs.warned, paint: yellow },
    },
    severity: { error: red, warning: yellow, note: cyan },
    tree: options.unicode
      ? { branch: '├─ ', last: '└─ ', rail: '│  ', gap: '   ' }
      : { branch: '|- ', last: '`- ', rail: '|  ', gap: '   ' },
    arrow: options.unicode ? '→' : '->',
    ellipsis: options.unicode ? '…' : '...',
    separator: options.unicode ? '\u00a0· ' : ', ',
  };
}
