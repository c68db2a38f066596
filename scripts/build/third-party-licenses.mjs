// THIRD-PARTY-LICENSES: the packages that are bundled, with the licences that they come under.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { licenseText } from './license-texts.mjs';

const licenseFile = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;
const rule = '-'.repeat(80);

/** Code of others inside a package that its own licence file does not mention. */
const contained = {
  undici: { name: 'llhttp', license: 'MIT', holder: 'Fedor Indutny, 2018' },
};

/** The folders of packages that have one of `files`: `node_modules/a`, `node_modules/a/node_modules/@b/c`. */
export function packageFolders(files) {
  const folders = files.flatMap(
    (file) => file.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/) ?? [],
  );
  return [...new Set(folders)].sort();
}

const holderOf = (author, name) =>
  (typeof author === 'string' ? author : author?.name) || `the authors of ${name}`;

async function ownText(folder, { name, license, author }) {
  const files = (await readdir(folder)).filter((file) => licenseFile.test(file)).sort();
  if (files.length === 0) return licenseText(license, holderOf(author, name));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}

/** Name, version, SPDX expression and text. Throws Error where the package has no licence, or one without a text. */
async function readLicense(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  const text = await ownText(folder, manifest);
  if (typeof license !== 'string' || !text) {
    throw new Error(
      `${name} ${version} is bundled, and ${folder} has no text of its licence ${license ?? '(none)'}`,
    );
  }
  const part = contained[name];
  if (part === undefined) return { name, version, license, text };
  const more = `${name} contains ${part.name}:\n\n${licenseText(part.license, part.holder)}`;
  return { name, version, license, text: `${text}\n\n${more}` };
}

/**
 * The text of the file, from the bundled files below `root`: a heading `NAME VERSION (LICENCE)` and the licence's text for
 * each package, in the order of their names. Two copies of one version are one section.
 */
export async function thirdPartyLicenses(root, bundledFiles) {
  const folders = packageFolders(bundledFiles);
  const licenses = await Promise.all(folders.map((folder) => readLicense(join(root, folder))));
  const sections = licenses.map(
    ({ name, version, license, text }) => `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text}\n`,
  );
  const title = 'libc-check contains code of these packages, under the licences that follow.\n';
  const unique = [...new Set(sections)].sort((one, other) => (one < other ? -1 : 1));
  return [title, ...unique].join('\n');
}
