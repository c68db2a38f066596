import { describe, expect, test } from 'vitest';
import { familiarReference, parseDockerReference } from '../../../src/image/reference/docker-reference.ts';
import { looksLikePath, parseReference } from '../../../src/image/reference/source-reference.ts';

const sha = `sha256:${'ab'.repeat(32)}`;

describe('a reference', () => {
  test.each([
    ['alpine:3.19', 'auto', 'alpine:3.19'],
    ['docker:alpine:3.19', 'docker', 'alpine:3.19'],
    ['docker:docker:27', 'docker', 'docker:27'],
    ['podman:alpine', 'podman', 'alpine'],
    ['docker-archive:/x/image.tar', 'docker-archive', '/x/image.tar'],
    ['oci-dir:./layout:tag', 'oci-dir', './layout:tag'],
    ['oci-archive:a.tar', 'oci-archive', 'a.tar'],
    ['dir:/', 'dir', '/'],
    ['tar:-', 'tar', '-'],
    ['profile:alpine', 'profile', 'alpine'],
    ['scratch', 'scratch', ''],
    ['localhost:5000/app', 'auto', 'localhost:5000/app'],
    ['registry:alpine', 'registry', 'alpine'],
    ['registry:2', 'registry', '2'],
    ['registry:registry:2', 'registry', 'registry:2'],
    ['./docker:x', 'auto', './docker:x'],
  ])('%s is for %s', (text, source, rest) => {
    expect(parseReference(text)).toEqual({ source, rest });
  });

  test.each([
    '/x',
    './x',
    '../x',
    '.',
    '..',
    '~/x',
    'image.tar',
    'root.tar.gz',
    'a.tgz',
    'x.tar.zst',
    'a.lcindex',
  ])('%s can only be a path', (text) => expect(looksLikePath(text)).toBe(true));
  test.each(['alpine', 'alpine:3.19', 'a/b', 'gcr.io/distroless/cc', 'x.y/z:tar'])(
    '%s can be an image name',
    (text) => expect(looksLikePath(text)).toBe(false),
  );
});

describe('an image name', () => {
  test.each([
    ['alpine', 'docker.io', 'library/alpine', null, null],
    ['alpine:3.19', 'docker.io', 'library/alpine', '3.19', null],
    ['docker.io/alpine', 'docker.io', 'library/alpine', null, null],
    ['docker.io/library/alpine:3.19', 'docker.io', 'library/alpine', '3.19', null],
    ['index.docker.io/library/alpine', 'docker.io', 'library/alpine', null, null],
    ['grafana/loki:3', 'docker.io', 'grafana/loki', '3', null],
    ['gcr.io/distroless/cc-debian12:nonroot', 'gcr.io', 'distroless/cc-debian12', 'nonroot', null],
    ['localhost/app', 'localhost', 'app', null, null],
    ['localhost:5000/app:1', 'localhost:5000', 'app', '1', null],
    ['[::1]:5000/app', '[::1]:5000', 'app', null, null],
    ['Host/app', 'Host', 'app', null, null],
    [`alpine@${sha}`, 'docker.io', 'library/alpine', null, sha],
    [`alpine:3.19@${sha}`, 'docker.io', 'library/alpine', '3.19', sha],
    ['a__b/c--d/e.f', 'docker.io', 'a__b/c--d/e.f', null, null],
  ])('%s', (text, domain, path, tag, digest) => {
    expect(parseDockerReference(text)).toEqual({ domain, path, tag, digest });
  });

  test.each([
    '',
    'Alpine',
    'alpine:',
    'alpine:-x',
    'a//b',
    '/a',
    'a/',
    'a b',
    'alpine@sha256:12',
    'a@b',
    '-a',
    'a:b:c',
    `x${'y'.repeat(300)}`,
  ])('%j is none', (text) => expect(parseDockerReference(text)).toBeNull());

  test.each([
    ['docker.io/library/alpine:3.19', 'alpine:3.19'],
    ['docker.io/grafana/loki', 'grafana/loki'],
    ['gcr.io/distroless/cc', 'gcr.io/distroless/cc'],
  ])('%s is written %s', (text, short) => {
    const reference = parseDockerReference(text);
    expect(reference === null ? null : familiarReference(reference)).toBe(short);
  });
});
