/** The part of the adaptation's page in which a person says what each new dimension continues: one form for each field. */
import type { DimensionAction, DimensionsView } from '../panels/dimensionMessages.js';
import { h, set } from './dom.js';
import { FieldForm } from './fieldForm.js';
import { t } from './words.js';

export class DimensionsPart {
  readonly element = h('section', { class: 'mapping', hidden: true });
  private readonly list = h('fieldset', { 'aria-label': t('What each new dimension continues') });
  private forms = new Map<string, FieldForm>();

  constructor(private readonly act: (action: DimensionAction) => Promise<boolean>) {
    this.element.append(h('h2', {}, t('Dimensions')), this.list);
  }

  /** Forms stay where they are while their widths do, so that the keyboard keeps its place. */
  show(fields: readonly DimensionsView[], canChange: boolean): void {
    this.element.hidden = fields.length === 0;
    set(this.list, { disabled: !canChange });
    const forms = new Map<string, FieldForm>();
    for (const field of fields) {
      const key = `${field.field}|${field.old.length}|${field.rows.length}`;
      const form = this.forms.get(key) ?? new FieldForm(field, this.act);
      form.show(field);
      forms.set(key, form);
    }
    const isSame = forms.size === this.forms.size && [...forms.keys()].every((key) => this.forms.has(key));
    this.forms = forms;
    if (!isSame) this.list.replaceChildren(...[...forms.values()].map(({ element }) => element));
  }
}
