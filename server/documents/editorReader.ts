/** The project's texts as the editor has them: unsaved text over the disk. */
import { DISK_READER, type ProjectReader } from '../../engine/project/projectReader.js';
import type { EditorFiles } from './editorFiles.js';

export function editorReader(files: EditorFiles): ProjectReader {
  return {
    readText: async (path) => files.open(path)?.getText() ?? DISK_READER.readText(path),
    list: (folder) => DISK_READER.list(folder),
  };
}
