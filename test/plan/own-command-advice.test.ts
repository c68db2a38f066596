import { expect, test } from 'vitest';
import type { ImageConfig, LayerEntry } from '../../src/image/image.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';
import { fixture, placed } from '../rules/start.ts';
import { resultsOf, scriptFile } from './command-image.ts';

const folder = temporaryFolder();

/** `/entrypoint.sh`, whose text is kept whether it begins with #! or not. */
const entrypoint = (text: string): LayerEntry =>
  text.startsWith('#!')
    ? scriptFile('/entrypoint.sh', text)
    : placed('entrypoint.sh', { kind: 'kept', bytes: Buffer.from(text) }, Buffer.byteLength(text));

/** The only result that fails, of an image with this command: what is seen, its sentence, and the lines of its remedies. */
async function failureOf(config: Partial<ImageConfig>, base = 'alpine:3.20', script = '') {
  const files = [fixture('usr/bin/app', 'glibc-static'), ...(script === '' ? [] : [entrypoint(script)])];
  const results = await resultsOf({ base, config, files }, folder);
  const failed = results.filter(({ verdict }) => verdict === 'fails');
  expect(failed).toHaveLength(1);
  const [finding] = failed[0]?.findings ?? [];
  return {
    seen: failed[0]?.seen?.message,
    status: failed[0]?.seen?.exitStatus,
    message: finding?.message,
    commands: finding?.remedies.map(({ command, action }) => command ?? action),
  };
}

// Each was seen with `docker run`; the status is that of Docker 20.10 and runc 1.1.
test('the exec form in single quotes is no JSON, and a shell gets it (K70)', async () => {
  const entrypoint = ['/bin/sh', '-c', "['/usr/bin/app', '--port', '80']"];
  expect(await failureOf({ entrypoint })).toMatchObject({
    seen: '/bin/sh: [/usr/bin/app,: not found',
    status: 127,
    commands: ['ENTRYPOINT ["/usr/bin/app","--port","80"]'],
  });
});

test('a command and its arguments in one word are one name to the engine (R2)', async () => {
  const { commands } = await failureOf({ cmd: ['/usr/bin/app --port 80'] });
  expect(commands).toEqual(['CMD ["/usr/bin/app","--port","80"]']);
});

test('no shell expands a variable of the exec form (R2)', async () => {
  const { message, commands } = await failureOf({ cmd: ['$APP', '--x'], env: ['APP=/usr/bin/app'] });
  expect(message).toBe('$APP is in no folder of PATH.');
  expect(commands).toEqual(['CMD ["/bin/sh", "-c", "exec $APP"]']);
});

test('a shell that the image lacks is installed, or the one that it has is used (R2)', async () => {
  const { commands } = await failureOf({ entrypoint: ['/bin/bash', '-c', 'app'] });
  expect(commands).toEqual(['RUN apk add --no-cache bash', 'Or use the shell that the image has, /bin/sh.']);
});

test('a command of a script is installed by its package (K70)', async () => {
  const script = '#!/bin/sh\nexec node server.js\n';
  const { message, commands } = await failureOf({ entrypoint: ['/entrypoint.sh'] }, 'alpine:3.20', script);
  expect(message).toBe('node is in no folder of PATH.');
  expect(commands).toEqual(['RUN apk add --no-cache nodejs']);
});

test('a program whose package puts it elsewhere is not installed for its path (R2)', async () => {
  const { commands } = await failureOf({ entrypoint: ['/usr/bin/tini', '--', 'app'] });
  expect(commands).toEqual(['Copy tini into the image, or correct its name in ENTRYPOINT or CMD.']);
});

test('a script of the image without #! is told apart from one with something before it (K1)', async () => {
  const plain = await failureOf({ entrypoint: ['/entrypoint.sh'] }, 'alpine:3.20', 'exec app\n');
  expect(plain.commands).toEqual(["sed -i '1i #!/bin/sh' entrypoint.sh"]);
  const marked = await failureOf({ entrypoint: ['/entrypoint.sh'] }, 'alpine:3.20', '\u{feff}#!/bin/sh\n');
  expect(marked.message).toContain('a script with a byte order mark before its #!');
});

test('a group that the image lacks is made, not the user (R5)', async () => {
  const { seen, commands } = await failureOf({ cmd: ['app'], user: '1000:staffers' }, 'debian:12-slim');
  expect(seen).toContain('unable to find group staffers');
  expect(commands).toEqual(['RUN groupadd --system staffers', 'USER 1000']);
});

test('a path that env executes is not sought in PATH (K3)', async () => {
  const { message } = await failureOf({ entrypoint: ['/usr/bin/env', 'A=1', '/opt/app'] });
  expect(message).toBe('/usr/bin/env asks for /opt/app, and there is no such program.');
});
