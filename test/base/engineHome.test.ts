import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bindingPath, engineFolder, engineHome, isInstalled } from '../../engine/base/engineHome.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();
const DEFAULT = join(homedir(), '.local', 'share', 'regrip', 'engine');

test.each([
  [{}, DEFAULT],
  [{ XDG_DATA_HOME: '/xdg' }, '/xdg/regrip/engine'],
  [{ XDG_DATA_HOME: '/xdg', REGRIP_ENGINE_HOME: '/big/engines' }, '/big/engines'],
  // A variable that is set to nothing is as one that is not set.
  [{ XDG_DATA_HOME: '', REGRIP_ENGINE_HOME: '' }, DEFAULT],
])('%j', (env, home) => expect(engineHome(env)).toBe(home));

test('each flavour and version has a folder of its own', () => {
  const [cpu, cuda] = [engineFolder('/home', 'cpu'), engineFolder('/home', 'cuda12')];
  expect(cpu).toMatch(/^\/home\/\d+\.\d+\.\d+-cpu$/);
  expect(cuda).toMatch(/^\/home\/\d+\.\d+\.\d+-cuda12$/);
});

test('an engine is installed once both of its parts are there, and only that flavour', async () => {
  const home = folder.path();
  const installed = engineFolder(home, 'cpu');
  expect(isInstalled(home, 'cpu')).toBe(false);
  await folder.write({ [bindingPath(installed).slice(home.length)]: '' });
  expect(isInstalled(home, 'cpu')).toBe(false);
  await folder.write({ [join(installed, 'deps/lib/libtensorflow.so.2').slice(home.length)]: '' });
  expect(isInstalled(home, 'cpu')).toBe(true);
  expect(isInstalled(home, 'cuda12')).toBe(false);
});
