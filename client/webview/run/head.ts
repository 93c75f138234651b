/** The upper part of the run panel: state, progress, problems, and the key numbers. */
import { fixed } from '../../../engine/base/numberText.js';
import { METRICS, shownValue } from '../../../engine/formats/run/metrics.js';
import type { Phase, RunAction, RunControl, RunHeader, RunNumber } from '../../panels/panelMessages.js';
import { showBanners } from '../banners.js';
import { button, h, set, write } from '../dom.js';
import { duration, percent, plain, whole } from '../format.js';
import { icon } from '../icons.js';
import { showState, stateName } from '../jobState.js';
import { busyWhile, confirmed, type Page } from '../page.js';
import { type Pair, pair, showPairs } from '../pairs.js';
import { t } from '../words.js';

type Act = (action: RunAction) => Promise<boolean>;

export class RunHead {
  private readonly title = h('h1');
  private readonly badge = h('span', { class: 'badge' });
  private readonly about = h('p', { class: 'about' });
  private readonly banners = h('div', { class: 'banners', role: 'region', 'aria-label': t('Warnings') });
  private readonly bar = h('div', { class: 'bar' }, h('div', { class: 'fill' }));
  private readonly facts = h('dl', { class: 'facts' });
  private readonly numbers = h('dl', { class: 'numbers' });
  private readonly controls = h('div', { class: 'buttons', role: 'toolbar', 'aria-label': t('Run') });
  readonly notes = h('details', { class: 'notes' }, h('summary', {}, t('Notes of the trainer')), h('ul'));
  readonly elements: readonly HTMLElement[];

  constructor(
    private readonly page: Page,
    private readonly act: Act,
  ) {
    const tools = h('div', { class: 'buttons tools' });
    tools.append(
      this.tool(t('Compare…'), 'compare', { kind: 'compare' }, t('Draw other runs into the same charts')),
      this.tool(t('Open folder'), 'folder', { kind: 'openFolder' }, t('Open the run folder')),
      this.tool(t('Copy command'), 'copy', { kind: 'copyCommand' }, t('Copy as a command for the terminal')),
    );
    set(this.bar, {
      role: 'progressbar',
      'aria-label': t('Progress of the run'),
      'aria-valuemin': 0,
      'aria-valuemax': 100,
    });
    this.elements = [
      h(
        'header',
        {},
        h('div', { class: 'titles' }, h('div', { class: 'title' }, this.title, this.badge), this.about),
        this.controls,
        tools,
      ),
      this.bar,
      this.facts,
      this.banners,
      this.numbers,
    ];
  }

  show(header: RunHeader): void {
    write(this.title, header.name);
    set(this.title, { title: header.runDir });
    showState(this.badge, header.state);
    write(this.about, [header.device, header.origin].filter((part) => part !== null).join(' · '));
    showBanners(this.banners, header.banners);
    this.showControls(header.controls);
    this.showProgress(header);
    showPairs(this.numbers, header.numbers.map(numberPair));
    this.showNotes(header.notes);
    // The phases of every epoch would be announced over and over.
    const isFirst = header.phase === 'reading' || header.phase === 'caching';
    const phase = isFirst && header.phase !== null ? `, ${phaseName(header.phase)}` : '';
    this.page.say(
      `${stateName(header.state)}${phase}. ${header.banners.map(({ message }) => message).join(' ')}`,
    );
  }

  private tool(
    label: string,
    sign: 'compare' | 'folder' | 'copy',
    action: RunAction,
    hint: string,
  ): HTMLElement {
    return button(label, { icon: icon(sign), class: 'quiet', hint }, () => void this.act(action));
  }

  private showControls(controls: readonly RunControl[]): void {
    const key = controls.join();
    if (this.controls.dataset['shown'] === key) return;
    const focused = this.controls.contains(document.activeElement);
    this.controls.dataset['shown'] = key;
    this.controls.replaceChildren(...controls.map((control) => this.control(control)));
    if (focused) this.controls.querySelector('button')?.focus();
  }

  private control(control: RunControl): HTMLElement {
    const { label, sign, isSecond } = controlLook(control);
    const made = button(label, { icon: icon(sign), class: isSecond ? 'second' : '' }, async () => {
      if (control === 'stopNow' && !(await askStop())) return;
      busyWhile(made, this.act({ kind: 'control', control }));
    });
    return made;
  }

  private showProgress({ progress, phase, state }: RunHeader): void {
    const part = state === 'done' ? 1 : progress.part;
    (this.bar.firstElementChild as HTMLElement).style.width = `${part * 100}%`;
    const text = [percent(part), phase === null ? undefined : phaseName(phase)].filter(Boolean).join(', ');
    set(this.bar, { 'aria-valuenow': Math.floor(part * 100), 'aria-valuetext': text });
    this.bar.classList.toggle('is-live', state === 'running');
    const { epoch, epochs, batch, batches, globalStep, features } = progress;
    const { stepsPerSecond, secondsLeft, memoryBytes } = progress;
    const facts: (Pair | undefined)[] = [
      phase === null ? undefined : pair(t('Phase'), phaseName(phase)),
      secondsLeft === null ? undefined : pair(t('Time left'), duration(secondsLeft)),
      epoch === null ? undefined : pair(t('Epoch'), of(epoch, epochs)),
      batch === null ? undefined : pair(t('Step of the epoch'), of(batch, batches)),
      features === null ? undefined : pair(t('Frames'), of(features.done, features.total)),
      globalStep === null ? undefined : pair(t('Steps in all'), whole(globalStep)),
      stepsPerSecond === null ? undefined : pair(t('Speed'), t('{0} steps/s', fixed(stepsPerSecond, 2))),
      memoryBytes === null ? undefined : pair(t('Memory'), fixed(memoryBytes / 2 ** 30, 2, ' GiB')),
    ];
    showPairs(
      this.facts,
      facts.filter((fact) => fact !== undefined),
    );
  }

  private showNotes(notes: readonly string[]): void {
    const list = this.notes.querySelector('ul')!;
    this.notes.hidden = notes.length === 0;
    if (list.children.length !== notes.length)
      list.replaceChildren(...notes.map((note) => h('li', {}, note)));
  }
}

function of(value: number, total: number | null): string {
  return total === null ? whole(value) : t('{0} of {1}', whole(value), whole(total));
}

/** Short enough for a field two centimetres wide. */
const SHORT_TITLES = (): Readonly<Record<string, string>> => ({
  val_gripper_f1_2: t('Switch F1, ± 2 steps'),
  train_loss: t('Training loss'),
});

/** The value, and that of the holding baseline or the best epoch. */
function numberPair({ key, value, baseline, best, isBest }: RunNumber): Pair {
  const metric = METRICS.find((one) => one.key === key);
  const shown = (one: number | null): string =>
    one === null || metric === undefined ? plain(one) : shownValue(one, metric);
  const title = SHORT_TITLES()[key] ?? metric?.title ?? key;
  const parts = [
    baseline === undefined ? undefined : t('hold {0}', shown(baseline)),
    best === undefined ? undefined : isBest ? t('best so far') : t('best {0}', shown(best)),
  ];
  return pair(title, value === null ? t('not finite') : shown(value), parts.filter(Boolean).join(' · '));
}

function phaseName(phase: Phase): string {
  return {
    reading: t('reading data'),
    caching: t('caching features'),
    training: t('training'),
    validating: t('validating'),
    writing: t('writing a checkpoint'),
  }[phase];
}

function controlLook(control: RunControl) {
  return (
    {
      pause: { label: t('Pause'), sign: 'paused', isSecond: false },
      resume: { label: t('Resume'), sign: 'running', isSecond: false },
      stopAfterEpoch: { label: t('Stop after the epoch'), sign: 'stopped', isSecond: true },
      stopNow: { label: t('Stop now…'), sign: 'failed', isSecond: true },
    } as const
  )[control];
}

function askStop(): Promise<boolean> {
  return confirmed(
    t('Stop this run now?'),
    t('It finishes its step and writes a checkpoint, so it can be resumed; this epoch is not validated.'),
    t('Stop now'),
  );
}
