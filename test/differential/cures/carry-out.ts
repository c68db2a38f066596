import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Cure } from '../../../src/rules/finding.ts';
import type { DiskBinary } from '../binaries.ts';
import { run } from '../corpus/apt.ts';
import { type DiskImage, insideImage } from '../images.ts';
import type { TrialPlace } from '../trial.ts';
import { baseOf, otherPlatform } from './bases.ts';
import { type Installer, NoMirror } from './packages.ts';
import { changed, placeFor, runInside } from './writable.ts';

/** A remedy that this machine cannot carry out: the reason is one of a few, so that they can be counted. */
export class NotHere extends Error {}

export interface Workshop {
  readonly images: readonly DiskImage[];
  readonly installer: Installer;
  /** For changes of one pair; emptied by the caller. */
  readonly folder: string;
}

/** The binary with its layer, in its image. */
export interface Patient {
  readonly image: DiskImage;
  readonly binary: DiskBinary;
  readonly layer: string;
}

function inPlace(
  { image, layer }: Patient,
  workshop: Workshop,
  change: (merged: string) => void,
): TrialPlace {
  return {
    image,
    layers: [changed(`${layer}:${image.path}`, join(workshop.folder, 'changed'), change), layer],
    env: [],
  };
}

function withPackages(
  image: DiskImage,
  packages: readonly string[],
  { installer }: Workshop,
): readonly string[] {
  if (packages.length === 0) return [];
  try {
    return [installer.installed(image, packages)];
  } catch (error) {
    if (error instanceof NoMirror) throw new NotHere('no mirror of these packages');
    throw error;
  }
}

function baseFor(reference: string, platform: string, { images }: Workshop): DiskImage {
  const base = baseOf(reference, platform, images);
  if (base === null) throw new NotHere(`no root file system of ${reference}`);
  return base;
}

/** Does to a copy of the image what a remedy says. Throws NotHere where that is impossible on this machine. */
export function carryOut(cure: Cure, patient: Patient, workshop: Workshop): TrialPlace {
  const { image, layer } = patient;
  switch (cure.kind) {
    case 'base': {
      const base = baseFor(cure.image, cure.platform ?? patient.image.machine.platform, workshop);
      return { image: base, layers: [layer, ...withPackages(base, cure.packages, workshop)], env: [] };
    }
    case 'package':
      return { image, layers: [layer, ...withPackages(image, cure.names, workshop)], env: [] };
    case 'link':
      return inPlace(patient, workshop, (merged) => {
        const path = placeFor(merged, cure.path);
        rmSync(path, { force: true });
        symlinkSync(cure.target, path);
      });
    case 'chmod':
      return inPlace(patient, workshop, (merged) => {
        const path = insideImage(merged, cure.path);
        if (path === null) throw new Error(`no ${cure.path}`);
        if (/^[0-7]+$/.test(cure.mode)) chmodSync(path, Number.parseInt(cure.mode, 8));
        else run('chmod', [cure.mode, path]);
      });
    case 'first-line':
      return inPlace(patient, workshop, (merged) => {
        const path = insideImage(merged, cure.path);
        if (path === null) throw new Error(`no ${cure.path}`);
        writeFileSync(
          path,
          readFileSync(path, 'latin1').replace(/^.*/, () => cure.line),
          'latin1',
        );
      });
    case 'copy': {
      if (cure.from === null) throw new NotHere("a file of the user's own machine");
      const base = baseFor(cure.from.image, image.machine.platform, workshop);
      const [over] = withPackages(base, cure.from.packages, workshop);
      return inPlace(patient, workshop, (merged) => {
        for (const path of cure.paths) {
          const from = (over === undefined ? null : fileAt(over, path)) ?? fileAt(base.path, path);
          if (from === null) throw new Error(`${base.name} has no ${path}`);
          const folder = placeFor(merged, `${cure.to.replace(/\/+$/, '')}/${basename(path)}`);
          copyFileSync(from, folder);
        }
      });
    }
    case 'env':
      return { image, layers: [layer], env: [`${cure.name}=${cure.value}`] };
    case 'run':
      return inPlace(patient, workshop, (merged) => runInside(merged, cure.command));
    case 'platform': {
      const other = otherPlatform(image, cure.platform, workshop.images);
      if (other === null) throw new NotHere('no root file system of that platform');
      return { image: other, layers: [layer], env: [] };
    }
    case 'rebuild':
      throw new NotHere('no source of the program');
  }
}

function fileAt(root: string, path: string): string | null {
  const file = insideImage(root, path);
  return file !== null && existsSync(file) ? file : null;
}

/** The folder of the workshop, empty again. */
export function cleared({ folder }: Workshop): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
