/** Where the system's Chromium is: pages and the editor are looked at in it. */
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function chromiumPath() {
  return PLACES.find((place) => existsSync(place));
}
