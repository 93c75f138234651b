/** Names that run commands or code, load more of it, write files or reach the network once Python calls them with a file's arguments. */

/** Whole modules with everything in and below them. */
const MODULES: readonly string[] = [
  // Commands and processes.
  ...[
    'os',
    'posix',
    'nt',
    '_posixsubprocess',
    'posixpath',
    'ntpath',
    'subprocess',
    'pty',
    'commands',
    'popen2',
  ],
  ...['multiprocessing', 'concurrent', 'asyncio', 'threading', '_thread', 'signal', 'sched', 'atexit'],
  ...['pexpect', 'plumbum', 'sh', 'fabric', 'invoke', 'paramiko', 'msilib', 'winreg', '_winreg', '_winapi'],
  ...['webbrowser', 'antigravity', 'turtledemo', 'apt', 'uuid', 'imaplib', '_osx_support', '_aix_support'],
  // Python code, and what imports or resolves it.
  ...[
    'sys',
    'importlib',
    '_frozen_importlib',
    '_frozen_importlib_external',
    'imp',
    '_imp',
    'zipimport',
    'pkgutil',
    'runpy',
  ],
  ...[
    'code',
    'codeop',
    'timeit',
    'cProfile',
    'profile',
    'pstats',
    'pdb',
    'bdb',
    'trace',
    'doctest',
    'unittest',
    'test',
  ],
  ...[
    'idlelib',
    'lib2to3',
    'pydoc',
    '_pyrepl',
    'rlcompleter',
    'site',
    'sysconfig',
    'venv',
    'inspect',
    'ast',
    'dis',
    'gc',
  ],
  ...[
    'pip',
    'ensurepip',
    'setuptools',
    'distutils',
    '_distutils_hack',
    'pkg_resources',
    'wheel',
    'pytest',
    '_pytest',
    'nose',
  ],
  ...[
    'operator',
    '_operator',
    'functools',
    '_functools',
    'types',
    'IPython',
    'ipykernel',
    'hydra',
    'jinja2',
    'joblib',
  ],
  // Memory and native code.
  ...['ctypes', '_ctypes', 'cffi', '_cffi_backend', 'mmap', 'numba', 'cupy', 'pycuda', 'cython', 'Cython'],
  // Pickles in the pickle, and databases that load code.
  ...[
    'pickle',
    '_pickle',
    'cPickle',
    'shelve',
    'cloudpickle',
    'marshal',
    'sqlite3',
    '_sqlite3',
    'dbm',
    'yaml',
    'jsonpickle',
  ],
  // Files.
  ...[
    'shutil',
    'tempfile',
    'io',
    '_io',
    'fileinput',
    'zipfile',
    'tarfile',
    'linecache',
    'logging',
    'nturl2path',
  ],
  // The network.
  ...[
    'socket',
    '_socket',
    'socketserver',
    'ssl',
    '_ssl',
    'urllib',
    'urllib2',
    'http',
    'httplib',
    'ftplib',
    'smtplib',
  ],
  ...[
    'smtpd',
    'poplib',
    'nntplib',
    'telnetlib',
    'xmlrpc',
    'wsgiref',
    'requests',
    'urllib3',
    'aiohttp',
    'httpx',
    'fsspec',
  ],
  // What lies between a checkpoint's own libraries and all of the above.
  ...[
    'torch.hub',
    'torch.jit',
    'torch.serialization',
    'torch.package',
    'torch.fx',
    'torch.ops',
    'torch._ops',
    'torch.classes',
  ],
  ...[
    'torch._dynamo',
    'torch._inductor',
    'torch.compiler',
    'torch.distributed',
    'torch.multiprocessing',
    'torch.utils',
  ],
  ...[
    'torch.onnx',
    'torch.testing',
    'torch.cuda',
    'torch._C',
    'torch._classes',
    'torch._jit_internal',
    'torch.library',
  ],
  ...['numpy.f2py', 'numpy.testing', 'numpy.distutils', 'numpy.ctypeslib', 'numpy.lib', 'numpy.memmap'],
  ...['omegaconf.resolvers', 'omegaconf.omegaconf', 'omegaconf._utils'],
];

/** Single names of modules that checkpoints use otherwise. */
const NAMES: readonly RegExp[] = [
  /^builtins\.(eval|exec|execfile|compile|open|file|input|raw_input|apply|breakpoint|__import__|reload|help)(\.|$)/,
  /^builtins\.(getattr|setattr|delattr|globals|locals|vars|dir|map|filter|type|super|memoryview|print|exit|quit)(\.|$)/,
  /^(dill|dill\..*)$/,
  /^pathlib(\._local)?\.\w+\./, // a path is expected, its methods are not
  /^collections\.namedtuple$/,
  /^typing\.(get_type_hints|ForwardRef|_eval_type)(\.|$)/,
  /^torch\.(load|save|compile|import_ir_module|from_file|storage\._load_from_bytes|_utils_internal\..*)$/,
  /^torch\.\w*Storage\.(from_file|_new_shared\w*|_load_from_bytes)$/,
  /^numpy\.(load|save|savez|savetxt|loadtxt|genfromtxt|fromfile|fromregex|DataSource)$/,
  /^omegaconf\.(OmegaConf|open_dict)(\.|$)/,
  /^copyreg\.(__newobj__|__newobj_ex__|pickle|add_extension)$/,
  /__(globals|builtins|subclasses|bases|mro|class|code|getattribute|import|reduce(_ex)?|init_subclass)__/,
];

const LISTED = new Set(MODULES);

/** Whether calling `module.name` with arguments of the file's choice can do harm by itself. */
export function isDangerous(name: string): boolean {
  return ancestors(name).some((module) => LISTED.has(module)) || NAMES.some((pattern) => pattern.test(name));
}

/** `a.b.c` lies in `a` and `a.b`; a file may also name a module alone. */
function ancestors(name: string): string[] {
  const parts = name.split('.', MAX_PARTS);
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'));
}

/** The listed modules have two parts at most. */
const MAX_PARTS = 3;
