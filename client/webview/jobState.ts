/** The state of a job as a badge: a sign, a word and a colour. */
import type { JobState } from '../panels/panelMessages.js';
import { h } from './dom.js';
import { type IconName, icon } from './icons.js';
import { t } from './words.js';

const ICONS: Readonly<Record<JobState, IconName>> = {
  queued: 'queued',
  running: 'running',
  pausing: 'paused',
  stopping: 'stopped',
  paused: 'paused',
  stopped: 'stopped',
  done: 'done',
  failed: 'failed',
  cancelled: 'failed',
};

export function stateName(state: JobState): string {
  return {
    queued: t('Waiting'),
    running: t('Running'),
    pausing: t('Pausing'),
    stopping: t('Stopping'),
    paused: t('Paused'),
    stopped: t('Stopped'),
    done: t('Done'),
    failed: t('Failed'),
    cancelled: t('Cancelled'),
  }[state];
}

/** Changes the badge only when the state does. */
export function showState(badge: HTMLElement, state: JobState): void {
  if (badge.dataset['state'] === state) return;
  badge.dataset['state'] = state;
  badge.className = `badge state-${state}`;
  badge.replaceChildren(icon(ICONS[state]), h('span', {}, stateName(state)));
}
