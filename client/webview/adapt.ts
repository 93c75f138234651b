/** The adaptation's page. */
import { AdaptView } from './adaptView.js';
import { Host } from './host.js';
import { Page } from './page.js';

const page = new Page();
let view: AdaptView | undefined;

const host = new Host('adapt', {
  open: () => {
    view = new AdaptView(page, {
      kept: host.kept(),
      keep: (kept) => host.keep(kept),
      act: (action) => host.act(action),
    });
  },
  tell: (message) => view?.tell(message),
  problem: (text) => page.problem(text),
});
