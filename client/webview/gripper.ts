/** The gripper panel's page. */
import { GripperPage } from './gripper/page.js';
import { Host } from './host.js';
import { Page } from './page.js';

const page = new Page();
let view: GripperPage | undefined;

const host = new Host('gripper', {
  open: () => {
    view = new GripperPage(page, {
      kept: host.kept(),
      keep: (kept) => host.keep(kept),
      act: (action) => host.act(action),
    });
  },
  tell: (message) => view?.tell(message),
  problem: (text) => page.problem(text),
});
