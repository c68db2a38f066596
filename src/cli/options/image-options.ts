import { imageSourceNames } from '../../image/sources/image-sources.ts';
import type { OptionGroup } from './option.ts';

/** Which images are checked. */
export const imageOptions = {
  heading: 'What is checked',
  options: [
    {
      name: 'image',
      kind: 'list',
      value: 'IMAGE',
      example: 'alpine:3.19',
      describe: 'Image to check against, SOURCE:REFERENCE or a bare reference',
      docLong: 'The image, in one of the forms [below](#images). Every binary is checked in every image.',
    },
    {
      name: 'source',
      kind: 'value',
      value: 'SOURCE',
      choices: ['auto', ...imageSourceNames],
      example: 'docker',
      describe:
        'Source of every image (default: auto: the one that the reference names, or the first that has it)',
      docLong:
        'The source that every `--image` is read from. With `auto`, the default, a reference names its source, or the sources are asked for it.',
    },
  ],
} as const satisfies OptionGroup;

/** Which image of a multi-platform image is taken. */
export const platformOptions = {
  heading: 'What is checked',
  options: [
    {
      name: 'platform',
      kind: 'value',
      value: 'OS/ARCH[/VARIANT]',
      example: 'linux/arm64',
      describe:
        'Platform to take from a multi-platform image (default: the one that an engine takes where the binary can run)',
      docLong:
        'The platform to take from a multi-platform image. Default: the one that an engine takes on a machine that can execute ' +
        'the binary ([R8](loader/runtime.md#r8-the-platform-of-an-image-is-a-label-and-nothing-checks-it)); where another one fits the binary better, the report warns ' +
        '([other-platform](rules/other-platform.md)).',
    },
  ],
} as const satisfies OptionGroup;

/** How registries are reached, and whether. */
export const registryOptions = {
  heading: 'Where images come from',
  options: [
    {
      name: 'pull',
      kind: 'value',
      value: 'WHEN',
      choices: ['auto', 'never'],
      example: 'never',
      describe: 'Whether to ask the registry for a bare name that no engine has (default: auto)',
      docLong:
        'Whether a name without a source that no engine has is read from its registry (`auto`, the default). With `never`, ' +
        'the registry is not asked and the embedded profiles come next. `registry:NAME` is always read. Nothing is ever pulled ' +
        'into an engine.',
    },
    {
      name: 'offline',
      kind: 'flag',
      describe: 'Ask no registry: its images come from the cache or not at all',
      docLong:
        'No registry is asked. Its images come from the cache, as their tags were when they were last read, or not at all. ' +
        'Engines are still asked.',
    },
    {
      name: 'registry-mirror',
      kind: 'list',
      value: 'HOST[:PORT]',
      example: 'mirror.example:5000',
      describe: 'Host to ask before Docker Hub',
      docLong:
        'A host that is asked before Docker Hub, for images of Docker Hub only. With `http://` in front, plain HTTP is used.',
    },
    {
      name: 'insecure-registry',
      kind: 'list',
      value: 'HOST[:PORT]',
      example: 'registry.example:5000',
      describe: 'Registry that may use plain HTTP or a certificate that cannot be verified',
      docLong:
        'A registry that may use plain HTTP or a certificate that cannot be verified. This machine itself (`localhost`, ' +
        '`127.0.0.0/8`, `::1`) always may.',
    },
    {
      name: 'registry-allow',
      kind: 'list',
      value: 'HOST[:PORT]',
      example: 'auth.example',
      describe: 'Host that a registry may send this client to, with its credentials, wherever that is',
      docLong:
        'A token service or store that a registry may send this client to although it is at a private address or, with ' +
        'credentials, of another site ([where a registry may send it](registry.md#where-a-registry-may-send-it)).',
    },
    {
      name: 'registry-ca',
      kind: 'value',
      value: 'FILE',
      example: 'ca.pem',
      describe: 'File with certificates to trust registries by, besides the usual ones',
      docLong:
        'Certificates (PEM) that registries are trusted by, besides the usual ones. `NODE_EXTRA_CA_CERTS` counts too.',
    },
  ],
} as const satisfies OptionGroup;
