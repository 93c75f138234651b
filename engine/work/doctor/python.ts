/** Whether a Python can run the user's own train.py: determined by the interpreter itself, which lists packages and imports only torch. */
import { quoted } from '../../base/shell.js';
import { packageOf } from '../../project/python/breaks.js';
import type { DoctorProbes } from './probes.js';
import type { Row } from './report.js';

/** What upstream's train.py imports for this policy. */
const MODULES = [
  ...['torch', 'torchvision', 'hydra', 'omegaconf', 'zarr', 'numcodecs', 'dill', 'diffusers', 'robomimic'],
  ...['einops', 'cv2', 'wandb', 'tqdm', 'threadpoolctl'],
];

/** One line of JSON. `find_spec` of a top-level name runs none of the package's code; only torch is imported, to find the GPU. */
const QUESTION = `
import importlib.util as u, json, sys
names = ${JSON.stringify(MODULES)}
answer = {'python': sys.version.split()[0], 'path': sys.executable, 'missing': [n for n in names if u.find_spec(n) is None]}
try:
    from importlib.metadata import version
    answer['zarr'] = version('zarr')
except Exception:
    pass
try:
    import torch
    answer['torch'] = torch.__version__
    answer['cuda'] = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
except Exception as error:
    answer['torchError'] = str(error).split('\\n')[0]
print('regrip ' + json.dumps(answer))
`;

interface Answer {
  readonly python: string;
  readonly path: string;
  readonly missing: readonly string[];
  readonly zarr?: string;
  readonly torch?: string;
  readonly cuda?: string | null;
  readonly torchError?: string;
}

const NAME = 'your own train.py';

/** `python` is a program of PATH or an absolute path. */
export async function judgePython(probes: DoctorProbes, python: string): Promise<Row> {
  const { status, output } = await probes.ask(python, ['-c', QUESTION]);
  const line = output.split('\n').find((text) => text.startsWith('regrip '));
  if (status !== 0 || line === undefined) return noPython(python, output);
  return judgeAnswer(python, JSON.parse(line.slice('regrip '.length)) as Answer);
}

function noPython(python: string, output: string): Row {
  const found = /ENOENT/.test(output)
    ? `${python} was not found`
    : `${python} does not answer: ${output.trim().split('\n').at(-1)}`;
  return {
    name: NAME,
    state: 'missing',
    found,
    fix: 'activate its environment (conda activate robodiff), or give its Python: regrip doctor --python PATH',
  };
}

/** Packages that need their own pip options get a separate command. */
function installs(modules: readonly string[], call: string): string {
  const packages = modules.map((name) => packageOf(name) ?? name);
  const [plain, apart] = [false, true].map((is) => packages.filter((text) => text.includes('--') === is));
  return [plain!.join(' '), ...apart!].filter((text) => text !== '').join(`; ${call} `);
}

function judgeAnswer(python: string, answer: Answer): Row {
  const here = `Python ${answer.python} (${answer.path})`;
  const missing = (found: string, packages: string): Row => ({
    name: NAME,
    state: 'missing',
    found: `${here}: ${found}`,
    fix: `${quoted(python)} -m pip install ${packages}; or give another Python: regrip doctor --python PATH`,
  });
  if (answer.missing.length > 0) {
    return missing(
      `${answer.missing.join(', ')} missing`,
      installs(answer.missing, `${quoted(python)} -m pip install`),
    );
  }
  if (Number.parseInt(answer.zarr ?? '2', 10) >= 3)
    return missing(`zarr ${answer.zarr}, but zarr 2 is needed`, '"zarr<3"');
  if (answer.torch === undefined)
    return missing(`torch cannot be loaded: ${answer.torchError}`, '--force-reinstall torch');
  const torch = `${here}, torch ${answer.torch}`;
  if (answer.cuda) return { name: NAME, state: 'ok', found: `${torch} on ${answer.cuda}` };
  return {
    name: NAME,
    state: 'slow',
    found: `${torch} does not find a GPU and uses the CPU`,
    fix: 'check nvidia-smi, and that this build of torch supports CUDA',
  };
}
