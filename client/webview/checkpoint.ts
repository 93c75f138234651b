/** The checkpoint editor's page. */
import { CheckpointPage } from './checkpoint/checkpointPage.js';
import { Host } from './host.js';
import { Page } from './page.js';

const page = new Page();
let view: CheckpointPage | undefined;

const host = new Host('checkpoint', {
  open: () => {
    view = new CheckpointPage(page, {
      kept: host.kept(),
      keep: (kept) => host.keep(kept),
      act: (action) => host.act(action),
    });
  },
  tell: (message) => view?.tell(message),
  problem: (text) => page.problem(text),
});
