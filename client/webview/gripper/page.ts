/** Logs one under the other with a shared cursor, and beside them the step under it. */
import type { GripperAction, GripperToPage } from '../../panels/panelMessages.js';
import { showBanners } from '../banners.js';
import { button, h, write } from '../dom.js';
import { icon } from '../icons.js';
import type { Page } from '../page.js';
import { t } from '../words.js';
import { LogSection } from './log.js';
import { StepDetail } from './step.js';

type Told = Exclude<GripperToPage, { type: 'hello' | 'settled' }>;

interface GripperHandlers {
  /** Where the cursor stood when the page was last shown. */
  readonly kept: unknown;
  readonly keep: (kept: unknown) => void;
  readonly act: (action: GripperAction) => Promise<boolean>;
}

export class GripperPage {
  private readonly sections = new Map<number, LogSection>();
  private readonly list = h('div', { class: 'logs' });
  private readonly banners = h('div', { class: 'banners' });
  private readonly pending = h('p', { class: 'empty' });
  private readonly about = h('p', { class: 'about' });
  private readonly body = h('div', { class: 'gripper' }, this.list);
  private readonly detail = new StepDetail();
  /** The log whose step is shown, and the row that all logs share. */
  private focused: number | undefined;
  private row: number;
  private isAsking = false;

  constructor(
    page: Page,
    private readonly handlers: GripperHandlers,
  ) {
    const kept = keptPlace(handlers.kept);
    this.focused = kept.log;
    this.row = kept.row;
    const look = { icon: icon('compare'), class: 'quiet' };
    const add = button(t('Add logs…'), look, () => void handlers.act({ kind: 'addLogs' }));
    const titles = h('div', { class: 'titles' }, h('h1', {}, t('Gripper in the logs')), this.about);
    page.mount(h('header', {}, titles, add), this.banners, this.pending, this.body);
    NARROW.addEventListener('change', () => this.seatDetail());
  }

  tell(message: Told): void {
    if (message.type === 'logs') this.showList(message);
    else if (message.type === 'log') this.showLog(message);
    else if (message.log === this.focused && message.row === this.row) this.detail.show(message);
  }

  private showList({ ids, pending, thresholds, outdated }: Extract<Told, { type: 'logs' }>): void {
    for (const [id, section] of this.sections) {
      if (ids.includes(id)) continue;
      section.dispose();
      this.sections.delete(id);
    }
    this.showOutdated(outdated);
    this.pending.hidden = pending.length === 0 && ids.length > 0;
    write(
      this.pending,
      pending.length > 0 ? t('Reading {0}', pending.join(', ')) : t('No logs to show. Add one.'),
    );
    const { low, high } = thresholds;
    write(
      this.about,
      t('Closed at or below {0}, open at or above {1}; in between, the state is kept.', low, high),
    );
    this.thresholds = thresholds;
    const [first] = this.sections.keys();
    if (this.focused !== undefined && ids.includes(this.focused)) return;
    if (first === undefined) this.detail.element.hidden = true;
    else this.moveTo(first, this.row);
  }

  private showOutdated(names: readonly string[]): void {
    const message = t('Changed on disk since reading: {0}', names.join(', '));
    const banner = { severity: 'warning', code: 'outdated', message } as const;
    showBanners(this.banners, names.length === 0 ? [] : [banner], {
      outdated: { label: t('Reload'), act: () => void this.handlers.act({ kind: 'reload' }) },
    });
  }

  private thresholds = { low: 0, high: 1 };

  private showLog({ id, name, view }: Extract<Told, { type: 'log' }>): void {
    let section = this.sections.get(id);
    if (section === undefined) {
      section = new LogSection(id, this.thresholds, {
        move: (to) => this.moveTo(id, to),
        remove: () => void this.handlers.act({ kind: 'removeLog', log: id }),
        open: () => void this.handlers.act({ kind: 'openLog', log: id }),
      });
      this.sections.set(id, section);
      this.list.append(section.element);
    }
    section.show(name, view);
    if (this.focused === undefined || this.focused === id) this.moveTo(id, this.row);
    else section.place(this.row);
  }

  /** The cursor of all logs; the step's details are of this one. */
  private moveTo(id: number, to: number): void {
    const section = this.sections.get(id);
    if (section === undefined || section.rows === 0) return;
    this.focused = id;
    this.row = Math.min(Math.max(0, to), section.rows - 1);
    for (const [other, one] of this.sections) {
      one.place(this.row);
      one.element.classList.toggle('is-focused', other === id && this.sections.size > 1);
    }
    this.detail.expect(section, this.row);
    this.seatDetail();
    this.handlers.keep({ log: id, row: this.row });
    void this.askStep();
  }

  /** Beside the logs, or under its own log where there is no room beside. */
  private seatDetail(): void {
    const { element } = this.detail;
    const own = this.focused === undefined ? undefined : this.sections.get(this.focused)?.element;
    const seat = NARROW.matches ? own : this.body;
    if (seat !== undefined && element.parentElement !== seat) seat.append(element);
  }

  /** One question at a time; of those that a held key asks meanwhile, the last. */
  private async askStep(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.focused !== undefined) {
      const [log, row] = [this.focused, this.row];
      await this.handlers.act({ kind: 'step', log, row });
      if (log === this.focused && row === this.row) break;
    }
    this.isAsking = false;
  }
}

/** As in the style of the gripper panel. */
const NARROW = window.matchMedia('(max-width: 720px)');

/** What an earlier version kept may be anything. */
function keptPlace(value: unknown): { readonly log: number | undefined; readonly row: number } {
  const { log, row } = (value ?? {}) as { log?: unknown; row?: unknown };
  return { log: typeof log === 'number' ? log : undefined, row: typeof row === 'number' ? row : 0 };
}
