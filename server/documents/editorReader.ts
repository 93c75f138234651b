/** The project's texts as the editor has them: unsaved text takes precedence over the disk. */
import { DISK_READER, type ProjectReader } from '../../engine/project/reader.js';
import type { EditorFiles } from './editorFiles.js';

/** `look` remembers what was read from the disk. */
export function editorReader(files: EditorFiles, look: (path: string) => Promise<string>): ProjectReader {
  return {
    readText: async (path) => {
      const open = files.open(path)?.getText();
      if (open !== undefined) return open;
      await look(path);
      return DISK_READER.readText(path);
    },
    list: async (folder) => {
      await look(folder);
      return DISK_READER.list(folder);
    },
  };
}
