/** Known breaks of the Python packages that these policies are trained with: what Python says, why, and how to fix it. One row per break. */

interface Break {
  /** Matches what Python prints. */
  readonly pattern: RegExp;
  readonly why: string;
  /** The arguments of `pip install`, or a sentence. */
  readonly mend: { readonly pip: string } | { readonly say: string };
}

const BREAKS: readonly Break[] = [
  {
    pattern: /cannot import name 'cached_download' from 'huggingface_hub'/,
    why: 'this version of diffusers needs a function that huggingface_hub 0.26 removed',
    mend: { pip: '"huggingface_hub<0.26"' },
  },
  {
    pattern: /cannot import name 'FLAX_WEIGHTS_NAME' from 'transformers/,
    why: 'this version of diffusers needs a name that transformers 5 removed',
    mend: { pip: '"transformers<5"' },
  },
  {
    pattern: /cannot import name 'cbuffer_sizes' from 'numcodecs/,
    why: 'zarr 2 needs a function that numcodecs 0.16 removed',
    mend: { pip: '"numcodecs<0.16"' },
  },
  {
    pattern:
      /module 'zarr(?:\.storage)?' has no attribute '(?:DirectoryStore|TempStore|MemoryStore|NestedDirectoryStore)'|cannot import name '\w*Store' from 'zarr/,
    why: 'the project is written for zarr 2, but zarr 3 is installed',
    mend: { pip: '"zarr<3" "numcodecs<0.16"' },
  },
  {
    pattern:
      /_ARRAY_API not found|compiled using NumPy 1\.x cannot be run in|`np\.\w+` was removed in the NumPy 2\.0|numpy\.dtype size changed|numpy\.core\.multiarray failed to import/,
    why: 'a package was built for NumPy 1, but NumPy 2 is installed',
    mend: { pip: '"numpy<2"' },
  },
  {
    pattern: /module 'numpy' has no attribute '(?:bool|float|int|object|complex|str)'/,
    why: 'a package uses names that NumPy 1.24 removed',
    mend: { pip: '"numpy<1.24"' },
  },
  {
    pattern: /Could not deserialize ATN with version/,
    why: 'Hydra and OmegaConf 2.1 to 2.3 need the ANTLR 4.9 runtime',
    mend: { pip: 'antlr4-python3-runtime==4.9.3' },
  },
  {
    pattern: /No module named 'torch\._six'/,
    why: 'a package uses something that PyTorch 2 removed',
    mend: {
      say: 'install a version of that package made for PyTorch 2, or use an environment with torch<2',
    },
  },
  {
    pattern: /No module named 'pkg_resources'/,
    why: 'a package uses something that setuptools 81 removed',
    mend: { pip: '"setuptools<81"' },
  },
  {
    pattern: /libGL\.so\.1: cannot open shared object file/,
    why: 'this build of OpenCV needs a display, which the machine does not have',
    mend: { pip: '--force-reinstall --no-deps opencv-python-headless' },
  },
  {
    pattern: /version `GLIBCXX_[\d.]+' not found/,
    why: 'the C++ library of the environment is older than the one a package was built with',
    mend: { say: 'conda install -c conda-forge libstdcxx-ng' },
  },
];

/** Modules whose package has a different name, or works only in one version. */
const PACKAGES: Readonly<Record<string, string>> = {
  hydra: 'hydra-core',
  cv2: 'opencv-python-headless',
  yaml: 'pyyaml',
  PIL: 'pillow',
  skimage: 'scikit-image',
  sklearn: 'scikit-learn',
  zarr: '"zarr<3"',
  numcodecs: '"numcodecs<0.16"',
  numpy: '"numpy<2"',
  diffusers: 'diffusers==0.27.2 "huggingface_hub<0.26"',
  huggingface_hub: '"huggingface_hub<0.26"',
  // Its dependencies include parts of a simulator that must be compiled.
  robomimic: 'robomimic==0.2.0 --no-deps',
};

/** What the trainer of these policies imports, mostly indirectly. */
const PLAIN_PACKAGES: ReadonlySet<string> = new Set([
  ...['torch', 'torchvision', 'omegaconf', 'dill', 'einops', 'six', 'wandb', 'tqdm', 'threadpoolctl', 'h5py'],
  ...['scipy', 'matplotlib', 'pandas', 'numba', 'timm', 'transformers', 'accelerate', 'imagecodecs', 'av'],
  ...['imageio', 'psutil', 'termcolor', 'tensorboard', 'tensorboardX', 'natsort', 'click', 'gym', 'gdown'],
  ...['safetensors', 'filelock', 'regex', 'fasteners', 'asciitree', 'antlr4', 'cloudpickle', 'open3d'],
]);

/** The pip package that provides the module; undefined where unknown, as for a project's own modules. */
export function packageOf(module: string): string | undefined {
  const top = module.split('.')[0]!;
  if (Object.hasOwn(PACKAGES, top)) return PACKAGES[top];
  return PLAIN_PACKAGES.has(top) ? top : undefined;
}

/** Why Python said `said` (one line or all of them) and how to fix it, with `pip` as the spelling of `python -m pip`; undefined for unknown errors. */
export function pythonMend(said: string, pip: string): string | undefined {
  const known = BREAKS.find(({ pattern }) => pattern.test(said));
  if (known !== undefined)
    return `${known.why}: ${'pip' in known.mend ? `${pip} install ${known.mend.pip}` : known.mend.say}`;
  const absent = absentModule(said);
  const brings = absent === undefined ? undefined : packageOf(absent);
  return brings === undefined ? undefined : `${pip} install ${brings}`;
}

/** The module that Python did not find. */
export function absentModule(said: string): string | undefined {
  return /No module named '?([\w.]+)'?/.exec(said)?.[1];
}
