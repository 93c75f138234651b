/** Whether a project's imports work: its own modules are imported in a separate process with a time limit. */
import { quoted } from '../../base/shell.js';
import { shownLine } from '../../base/shown.js';
import { absentModule, pythonMend } from '../../project/python/breaks.js';
import type { Ask } from '../install/requirements.js';
import type { Row } from './report.js';

export interface ImportedProject {
  /** Where training starts, and where Python looks for modules first. */
  readonly folder: string;
  /** Modules that the config's `_target_`s name; what train.py imports is added. */
  readonly modules: readonly string[];
  /** Runs a program in `folder`. */
  readonly ask: Ask;
}

/** The arguments are module names; only the imports of train.py are read, since its other lines train. Nothing is written beside the sources. */
const PROGRAM = `
import ast, importlib, json, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, os.getcwd())
names = json.loads(sys.argv[1])
try:
    with open('train.py', encoding='utf-8') as file:
        for node in ast.parse(file.read()).body:
            if isinstance(node, ast.Import):
                names += [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
except (OSError, SyntaxError, ValueError):
    pass
failed = []
names = list(dict.fromkeys(names))
for name in names:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append([name, type(error).__name__ + ': ' + str(error)[:2000]])
print('\\nregrip ' + json.dumps({'count': len(names), 'failed': failed[:20]}), flush=True)
os._exit(0)
`;

interface Answer {
  readonly count: number;
  readonly failed: readonly (readonly [module: string, said: string])[];
}

const NAME = 'what this project imports';

/** `python` is a program on PATH or an absolute path. */
export async function judgeImports(project: ImportedProject, python: string): Promise<Row> {
  const { output } = await project.ask(python, ['-c', PROGRAM, JSON.stringify(project.modules)]);
  const line = output.split('\n').findLast((text) => text.startsWith('regrip '));
  if (line === undefined) return notAnswered(python, output);
  const { count, failed } = JSON.parse(line.slice('regrip '.length)) as Answer;
  if (failed.length === 0)
    return { name: NAME, state: 'ok', found: `all ${count} modules of ${project.folder} were imported` };
  return { name: NAME, state: 'missing', ...told(failed, python, output) };
}

/** The same error may come through several modules: each is reported once. */
function told(failed: Answer['failed'], python: string, output: string): { found: string; fix: string } {
  const by = new Map<string, string>();
  for (const [module, said] of failed) if (!by.has(said)) by.set(said, module);
  const pip = `${quoted(python)} -m pip`;
  const mends = new Set([...by.keys()].flatMap((said) => mendOf(said, output, pip) ?? []));
  const strange = new Set([...by.keys()].flatMap((said) => strangerIn(said, pip) ?? []));
  if (strange.size > 0)
    mends.add(
      `install the package that provides ${[...strange].join(', ')} in this environment, or start in the folder that contains it`,
    );
  if (mends.size === 0)
    mends.add('see the message of Python above; choose another interpreter with --python');
  return {
    found: [...by].map(([said, module]) => `${shownLine(module)}: ${shownLine(said)}`).join('\n'),
    fix: [...mends].join('; '),
  };
}

/** NumPy prints the real reason on stderr and a different one in the error. */
function mendOf(said: string, output: string, pip: string): string | undefined {
  return pythonMend(said, pip) ?? (absentModule(said) === undefined ? pythonMend(output, pip) : undefined);
}

/** A missing module of no known package: usually one of the project's own. */
function strangerIn(said: string, pip: string): string | undefined {
  const absent = absentModule(said);
  return absent === undefined || pythonMend(said, pip) !== undefined ? undefined : shownLine(absent);
}

function notAnswered(python: string, output: string): Row {
  const last = output.trim().split('\n').at(-1) ?? '';
  const found = `${python} ended before it had imported all modules: ${shownLine(last)}`;
  return { name: NAME, state: 'missing', found, fix: 'name another Python: regrip doctor --python PATH' };
}
