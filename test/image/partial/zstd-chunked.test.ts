import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../../../src/check.ts';
import type { CheckReport } from '../../../src/examine/check-report.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { CheckInput } from '../../../src/plan/check-input.ts';
import { file, tarOf, withParents } from '../../e2e/layer.ts';
import { fixturePath, mergedGlibcLayer, needMachineFiles } from '../../e2e/machine-files.ts';
import { describeNeeding } from '../../needs.ts';
import { plainIndex } from '../expectations.ts';
import { digestOf, OciBlobs, writeFolder } from '../oci-blobs.ts';
import {
  type RunningRegistry,
  registryNeeds,
  skopeoCopy,
  startRegistry,
} from '../registry/docker-registry.ts';
import { contextOf, openFrom } from '../registry/test-registry.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

describeNeeding('a zstd:chunked layer as skopeo makes it', [...registryNeeds, needMachineFiles()], () => {
  let registry: RunningRegistry;

  beforeAll(async () => {
    const oci = new OciBlobs();
    const ballast = file('usr/share/ballast', randomBytes(3_000_000));
    const tar = await tarOf(withParents([...mergedGlibcLayer(), ballast]));
    const layer = {
      descriptor: oci.add(tar, 'application/vnd.oci.image.layer.v1.tar'),
      diffID: digestOf(tar),
    };
    const image = oci.image('amd64', [layer], { config: { config: {} } });
    const layout = join(folder, 'layout');
    const named = { ...image, annotations: { 'org.opencontainers.image.ref.name': 'app' } };
    writeFolder(layout, oci.files([named]));
    registry = await startRegistry({ folder: join(folder, 'registry') });
    skopeoCopy(
      `oci:${layout}:app`,
      `docker://${registry.host}/app:chunked`,
      '--dest-compress-format=zstd:chunked',
    );
  }, 120_000);
  afterAll(() => registry?.stop());

  const binaries = [
    'prediction-api',
    'bin/glibc-dynamic',
    'bin/missing-library',
    'bin/missing-symbol-now',
  ].map(fixturePath);
  const chunked = (): string => `registry:${registry.host}/app:chunked`;
  const whole = `oci-dir:${join(folder, 'layout')}:app`;
  const checkAt = (image: string, changes: Partial<CheckInput> = {}): Promise<CheckReport> =>
    check({
      binaries,
      images: [image],
      environment: { HOME: folder },
      ...changes,
    });
  const withoutImage = ({ results }: CheckReport, image: string): object =>
    JSON.parse(
      JSON.stringify(results.map((result) => ({ ...result, image: null }))).replaceAll(image, 'IMAGE'),
    );

  test('gives every verdict that the same layer gives when it is read whole', async () => {
    const report = await checkAt(chunked());
    expect(withoutImage(report, chunked())).toEqual(withoutImage(await checkAt(whole), whole));
    expect(report.results.map(({ verdict }) => verdict)).toEqual(['runs', 'runs', 'fails', 'fails']);
  });

  test('is an image as any other where it is read whole', async () => {
    const opened = await openFrom(`${registry.host}/app:chunked`, contextOf(folder));
    const local = await openImage(whole, { platform: null, fitting: null, env: {} });
    expect(plainIndex(opened.content)).toEqual(plainIndex(local.content));
  });

  test('is read in parts: the files that were asked for, not the layer, are in the cache', async () => {
    const cache = { folder: join(folder, 'cache'), limit: 1e9 };
    const cold = await checkAt(chunked(), { cache });
    const kinds = new Set(readdirSync(join(cache.folder, 'v5')));
    expect(kinds).toEqual(new Set(['document', 'file', 'tag']));
    const offline = await checkAt(chunked(), { cache, offline: true });
    expect(withoutImage(offline, chunked())).toEqual(withoutImage(cold, chunked()));
  });
});
