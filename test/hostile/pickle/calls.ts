/** Calls that run code when Python loads them, each made with another of the opcodes that can make it. */
import type { Shape } from '../shape.js';
import { assemble, type Line } from './assemble.js';

type Call = readonly [module: string, name: string, argument: string, why?: string];

const SCANNERS = 'was missing from the lists of pickle scanners';

export const CALLS: readonly Call[] = [
  ['os', 'system', 'true', 'the textbook payload'],
  ['posix', 'system', 'true', 'what os.system really is on Linux'],
  ['nt', 'system', 'true', 'what os.system really is on Windows'],
  ['os', 'popen', 'true'],
  ['os', 'execv', '/bin/true'],
  ['os', '_exit', '1'],
  ['subprocess', 'Popen', 'true'],
  ['subprocess', 'check_output', 'true'],
  ['subprocess', 'getoutput', 'true'],
  ['pty', 'spawn', '/bin/true'],
  ['builtins', 'eval', '1'],
  ['builtins', 'exec', 'pass'],
  ['builtins', 'compile', 'pass'],
  ['builtins', '__import__', 'os'],
  ['builtins', 'open', '/dev/null'],
  ['builtins', 'breakpoint', ''],
  ['builtins', 'globals', ''],
  ['__builtin__', 'eval', '1', 'Python 2’s name of builtins, which protocols 0 to 2 rename'],
  ['pkgutil', 'resolve_name', 'os:system', 'CVE-2026-3490: one unlisted function reaches every listed one'],
  ['importlib', 'import_module', 'os'],
  ['importlib.util', 'find_spec', 'os'],
  ['runpy', 'run_path', '/dev/null'],
  ['runpy', '_run_code', 'pass'],
  ['pip', 'main', 'install', 'CVE-2025-1716: installs a package while loading'],
  ['pip._internal.cli.main', 'main', 'install', 'CVE-2025-1716, by its inner name'],
  ['ensurepip', '_run_pip', 'install', SCANNERS],
  ['timeit', 'timeit', 'pass', SCANNERS],
  ['cProfile', 'run', 'pass', SCANNERS],
  ['profile', 'run', 'pass', SCANNERS],
  ['pdb', 'run', 'pass', SCANNERS],
  ['trace', 'Trace.run', 'pass', SCANNERS],
  ['doctest', 'debug_script', 'pass', SCANNERS],
  ['code', 'InteractiveInterpreter.runcode', 'pass', SCANNERS],
  ['idlelib.pyshell', 'ModifiedInterpreter.runcode', 'pass', SCANNERS],
  ['lib2to3.pgen2.grammar', 'Grammar.loads', 'x', SCANNERS],
  ['uuid', '_get_command_stdout', 'true', 'CVE-2026-56315: the standard library wraps popen in many places'],
  ['imaplib', 'IMAP4_stream', 'true', 'CVE-2026-56315'],
  ['_pyrepl.pager', 'pipe_pager', 'x', 'CVE-2026-56315'],
  ['_osx_support', '_read_output', 'true', 'CVE-2026-56315'],
  ['_aix_support', '_read_cmd_output', 'true', 'CVE-2026-56315'],
  ['pydoc', 'locate', 'os.system', 'CVE-2026-22608: resolves a name like an import'],
  ['pydoc', 'pipepager', 'x'],
  ['ctypes', 'CDLL', 'libc.so.6', 'CVE-2026-22608'],
  [
    'asyncio.unix_events',
    '_UnixSubprocessTransport._start',
    'x',
    'CVE-2025-10157: a submodule of a listed one',
  ],
  ['logging', 'FileHandler', 'touched', 'CVE-2026-56304: creates a file when it is made'],
  ['distutils.file_util', 'write_file', 'touched', SCANNERS],
  ['_io', 'FileIO', 'touched'],
  ['pathlib', 'Path.write_text', 'touched', 'a path is expected in a checkpoint, its methods are not'],
  ['shutil', 'rmtree', 'nowhere'],
  ['tempfile', 'mkdtemp', ''],
  ['webbrowser', 'open', 'http://127.0.0.1/'],
  ['urllib.request', 'urlopen', 'http://127.0.0.1/'],
  ['ssl', 'get_server_certificate', '127.0.0.1', SCANNERS],
  ['http.client', 'HTTPSConnection', '127.0.0.1', SCANNERS],
  ['socket', 'create_connection', '127.0.0.1'],
  ['pickle', 'loads', 'N.', 'a pickle in the pickle'],
  ['dill', 'loads', 'N.', 'the library that writes a checkpoint’s counters'],
  ['dill._dill', '_create_function', 'x', 'how dill carries code'],
  ['cloudpickle.cloudpickle', '_make_function', 'x'],
  ['marshal', 'loads', 'x', 'code objects as bytes'],
  ['types', 'FunctionType', 'x'],
  ['types', 'CodeType', 'x'],
  ['functools', 'partial', 'x', 'wraps the call that a scanner looks for'],
  ['functools', 'reduce', 'x'],
  ['operator', 'methodcaller', 'system', SCANNERS],
  ['_operator', 'attrgetter', 'system', SCANNERS],
  ['numpy.f2py.crackfortran', 'getlincoef', 'x', 'NumPy is expected, its eval is not'],
  ['numpy.testing._private.utils', 'runstring', 'pass', 'NumPy is expected, its exec is not'],
  ['numpy', 'load', 'x.npy', 'NumPy is expected, its loader is not'],
  ['torch', 'load', 'x.pt', 'torch is expected, its loader is not: CVE-2025-32434 lies behind it'],
  ['torch.serialization', 'load', 'x.pt', 'CVE-2025-32434, by its inner name'],
  ['torch.storage', '_load_from_bytes', 'x', 'CVE-2025-32434: a storage that is a file for torch.load'],
  ['torch.hub', 'load', 'x/y'],
  ['torch.jit.unsupported_tensor_ops', 'execWrapper', 'pass', 'an exec inside torch'],
  ['torch.utils.collect_env', 'run', 'true', 'a shell inside torch'],
  [
    'torch.fx.experimental.symbolic_shapes',
    'ShapeEnv.evaluate_guards_expression',
    '1',
    'an eval inside torch',
  ],
  ['omegaconf.resolvers', 'oc.env', 'HOME', 'OmegaConf is expected, its functions are not'],
  ['hydra.utils', 'instantiate', 'x', 'builds whatever _target_ names'],
  ['collections', 'namedtuple', 'x', 'collections is expected, its eval is not'],
];

/** Every way in which a pickle calls something, given the global's two names and a text. */
const STYLES: readonly [style: string, (module: string, name: string, text: string) => readonly Line[]][] = [
  [
    'GLOBAL, REDUCE',
    (m, n, text) => [['PROTO', 2], ['GLOBAL', m, n], ['BINUNICODE', text], 'TUPLE1', 'REDUCE'],
  ],
  ['INST', (m, n, text) => ['MARK', ['UNICODE', text], ['INST', m, n]]],
  ['OBJ', (m, n, text) => ['MARK', ['GLOBAL', m, n], ['UNICODE', text], 'OBJ']],
  [
    'STACK_GLOBAL, REDUCE',
    (m, n, text) => [...stackGlobal(m, n), ['SHORT_BINUNICODE', text], 'TUPLE1', 'REDUCE'],
  ],
  ['NEWOBJ', (m, n, text) => [...stackGlobal(m, n), ['SHORT_BINUNICODE', text], 'TUPLE1', 'NEWOBJ']],
  [
    'NEWOBJ_EX',
    (m, n, text) => [
      ...stackGlobal(m, n),
      'EMPTY_TUPLE',
      'EMPTY_DICT',
      ['SHORT_BINUNICODE', 'cmd'],
      ['SHORT_BINUNICODE', text],
      'SETITEM',
      'NEWOBJ_EX',
    ],
  ],
  [
    'REDUCE, BUILD',
    (m, n, text) => [...stackGlobal(m, n), 'EMPTY_TUPLE', 'REDUCE', ['SHORT_BINUNICODE', text], 'BUILD'],
  ],
];

function stackGlobal(module: string, name: string): Line[] {
  return [['PROTO', 4], ['SHORT_BINUNICODE', module], ['SHORT_BINUNICODE', name], 'STACK_GLOBAL'];
}

export const callShapes: readonly Shape[] = CALLS.map(
  ([module, name, argument, why = 'runs code'], index) => {
    const [style, lines] = STYLES[index % STYLES.length]!;
    const old = index % STYLES.length < 3;
    return {
      name: `${module}.${name} by ${style}`,
      why,
      reader: 'pickle',
      make: () => assemble(...lines(module, name, argument), 'STOP'),
      expect: 'opaque',
      names: [`${old && module === '__builtin__' ? 'builtins' : module}.${name}`],
    };
  },
);

/** The same call by every style, so that none is left to chance. */
export const styleShapes: readonly Shape[] = STYLES.map(([style, lines]) => ({
  name: `one call by every opcode: ${style}`,
  why: 'each opcode that calls must only record',
  reader: 'pickle',
  make: () => assemble(...lines('os', 'system', 'true'), 'STOP'),
  expect: 'opaque',
  names: ['os.system'],
}));
