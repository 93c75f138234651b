/** Finds the Python peers that a few tests compare with; a test without its peer is skipped by name; a fast run looks for none. */
import { spawnSync } from 'node:child_process';

const found = new Map<string, string | undefined>();

/** A python that imports torch and dill, or undefined: `test.skipIf(!torchPython())('… (needs a python with torch)')`. */
export function torchPython(): string | undefined {
  return peerPython(['torch', 'dill']);
}

/** A python that imports Hydra, zarr-python 2, numcodecs, OpenCV and NumPy, or undefined. */
export function sciencePython(): string | undefined {
  return peerPython(['hydra', 'zarr', 'numcodecs', 'cv2', 'numpy']);
}

/**
 * The first candidate that really imports all `modules` (finding a module's name says little about a broken wheel) and in which
 * the Python expression `holds` is true, such as a feature that came with a version.
 */
export function peerPython(modules: readonly string[], holds = 'True'): string | undefined {
  if (process.env['REGRIP_TEST_FAST'] === '1') return undefined;
  const key = `${modules.join(',')}: ${holds}`;
  if (!found.has(key))
    found.set(
      key,
      candidates().find((python) => imports(python, modules, holds)),
    );
  return found.get(key);
}

function candidates(): string[] {
  const { REGRIP_TORCH_PYTHON, REGRIP_PEER_PYTHON } = process.env;
  // Where both have PyTorch, the first is the oldest that users have; a test that needs a newer one says so by `holds`.
  const named = [REGRIP_TORCH_PYTHON, REGRIP_PEER_PYTHON, '/usr/bin/python3', 'python3'];
  return [...new Set(named.filter((python): python is string => python !== undefined && python !== ''))];
}

function imports(python: string, modules: readonly string[], holds: string): boolean {
  // The cheap question first, so that a candidate without torch costs no import of everything else.
  const there = `import importlib.util as u; assert all(u.find_spec(m) for m in ${JSON.stringify(modules)})`;
  const program = `${there}\nimport ${modules.join(', ')}\nassert ${holds}`;
  return spawnSync(python, ['-c', program], { stdio: 'ignore', timeout: 120_000 }).status === 0;
}
