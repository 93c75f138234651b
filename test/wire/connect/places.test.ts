import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { drainSocket, makePrivate, placesOf } from '../../../engine/wire/connect/places.js';
import { PROTOCOL_VERSION } from '../../../engine/wire/supervisorMessages.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const at = (options: Parameters<typeof placesOf>[0] = {}) =>
  placesOf({ env: {}, home: '/home/a', host: 'gpu', platform: 'linux', temporary: '/tmp', ...options });

test('everything lies in one folder of the user and the host, named by the protocol', () => {
  const places = at();
  expect(places.state).toBe('/home/a/.local/state/regrip/gpu');
  for (const path of [places.token, places.lock, places.starting, places.log, places.jobs, places.speed])
    expect(path).toMatch(new RegExp(`^${places.state}/v${PROTOCOL_VERSION}-`));
  expect(places.code).toBe('/home/a/.local/share/regrip/supervisor');
  expect(places.formerJobs).toHaveLength(PROTOCOL_VERSION - 1);
  expect(places.formerJobs).not.toContain(places.jobs);
});

test('the XDG folders are taken where they are set', () => {
  const places = at({ env: { XDG_STATE_HOME: '/s', XDG_DATA_HOME: '/d' } });
  expect([places.state, places.code]).toEqual(['/s/regrip/gpu', '/d/regrip/supervisor']);
  expect(at({ env: { XDG_STATE_HOME: '' } }).state).toBe(at().state);
});

test('a host’s name cannot leave the folder', () => {
  expect(dirname(at({ host: '../../x/y' }).state)).toBe('/home/a/.local/state/regrip');
  expect(at({ host: 'h'.repeat(300) }).state.length).toBeLessThan(120);
});

test('a socket’s path always fits, with the number of a draining process too', () => {
  for (const home of ['/home/a', `/home/${'a'.repeat(200)}`])
    for (const temporary of ['/tmp', `/tmp/${'t'.repeat(200)}`]) {
      const { socket } = at({ home, temporary });
      expect(Buffer.byteLength(drainSocket(socket, 4_194_304))).toBeLessThan(104);
    }
  expect(at().socket).toMatch(/^\/home\/a\/.*\.s$/);
  expect(at({ platform: 'win32' }).socket).toMatch(/^\\\\\.\\pipe\\regrip-/);
});

test('two users’ sockets, and those of two hosts, differ', () => {
  const long = `/home/${'a'.repeat(200)}`;
  const sockets = [at({ home: long }), at({ home: `${long}b` }), at({ home: long, host: 'other' })].map(
    ({ socket }) => socket,
  );
  expect(new Set(sockets).size).toBe(3);
});

test('the folders are made for this user alone, also those that were there', async () => {
  const places = placesOf({ env: { XDG_STATE_HOME: folder.path('state') }, host: 'gpu' });
  await mkdir(places.state, { recursive: true, mode: 0o755 });
  await makePrivate(places);
  expect((await stat(places.state)).mode & 0o777).toBe(0o700);
});

test('a folder for the socket that others can enter is refused', async () => {
  const shared = folder.path('shared');
  const places = { ...placesOf({ env: { XDG_STATE_HOME: folder.path('state') } }), socket: `${shared}/x.s` };
  await makePrivate(places);
  expect((await stat(shared)).mode & 0o777).toBe(0o700);
  await chmod(shared, 0o755);
  await expect(makePrivate(places)).rejects.toMatchObject({ code: 'folder-not-private', file: shared });
});
