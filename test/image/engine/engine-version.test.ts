import { expect, test } from 'vitest';
import { hostEngineOf } from '../../../src/container/host.ts';
import { engineVersionOf } from '../../../src/image/engine/engine-version.ts';

const component = (Name: string, Version: string) => ({ Name, Version });
const engine = (version: string, runc: string) => ({
  Version: version,
  Components: [
    component('Engine', version),
    component('containerd', '1.6.20~ds1'),
    component('runc', runc),
    component('docker-init', '0.19.0'),
  ],
});
const podman = {
  Version: '4.3.1',
  Components: [component('Podman Engine', '4.3.1'), component('OCI Runtime (crun)', 'crun version 1.8.1')],
};

test.each([
  ['Docker 20.10 of Debian 12', engine('20.10.24+dfsg1', '1.1.5+ds1'), 'docker-20.10', false],
  ['Docker 24', engine('24.0.7', '1.1.10'), 'docker-20.10', false],
  ['Docker 25 with runc 1.1', engine('25.0.3', '1.1.12'), 'docker-20.10', true],
  ['Docker 28', engine('28.2.2', '1.2.6'), 'docker', true],
  ['Docker 27 that does not name its runtime', { Version: '27.0.1' }, 'docker', true],
  ['Docker 20.10 that does not name its runtime', { Version: '20.10.7' }, 'docker-20.10', false],
  ['Podman behind the socket of Docker', podman, 'podman', false],
])('%s decides whose messages are predicted', (_, answer, name, overridesInExec) => {
  const version = engineVersionOf(answer);
  if (version === null) throw new Error('no version');
  expect(hostEngineOf(version)).toEqual({ engine: name, overridesInExec });
});

test.each([
  [null],
  ['20.10'],
  [{}],
  [{ Version: 7, Components: { Name: 'Engine' } }],
  [{ Version: 'latest', Components: [null, 3, { Name: ['Engine'], Version: {} }] }],
  [{ Version: `${'9'.repeat(400)}.1` }],
])('an answer like %j names no version', (answer) => {
  expect(engineVersionOf(answer)).toBeNull();
});
