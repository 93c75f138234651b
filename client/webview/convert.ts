/** The conversion panel's page. */
import { ConvertView } from './convertView.js';
import { Host } from './host.js';
import { Page } from './page.js';

const page = new Page();
let view: ConvertView | undefined;

const host = new Host('convert', {
  open: () => {
    view = new ConvertView(page, (action) => host.act(action));
  },
  tell: (message) => view?.tell(message),
  problem: (text) => page.problem(text),
});
