/** The data set viewer's page. */
import { Host } from './host.js';
import { Page } from './page.js';
import { ZarrPage } from './zarr/zarrPage.js';

const page = new Page();
let view: ZarrPage | undefined;

const host = new Host('zarr', {
  open: () => {
    view = new ZarrPage(page, {
      kept: host.kept(),
      keep: (kept) => host.keep(kept),
      act: (action) => host.act(action),
    });
  },
  tell: (message) => view?.tell(message),
  problem: (text) => page.problem(text),
});
