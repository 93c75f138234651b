/** Which Python the runners `torch` and `python` start for a config. */
import * as vscode from 'vscode';

/** The part of the Python extension's API used here; its npm package requires a newer Node than ours. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** The setting, else what the Python extension has selected, else undefined: the engine then looks at its environment and PATH. */
export async function pythonInterpreter(config: vscode.Uri): Promise<string | undefined> {
  const said = vscode.workspace.getConfiguration('regrip', config).get<string>('python', '').trim();
  if (said !== '') return said;
  const extension = vscode.extensions.getExtension<PythonExtension | undefined>('ms-python.python');
  const environments = (await extension?.activate())?.environments;
  if (environments === undefined) return undefined;
  const selected = environments.getActiveEnvironmentPath(config);
  const { executable } = (await environments.resolveEnvironment(selected)) ?? {};
  return executable?.uri?.fsPath;
}
