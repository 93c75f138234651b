/** Python's `str.format` as far as checkpoint names need it: `epoch={epoch:04d}-train_loss={train_loss:.3f}.ckpt`. */
import type { RegripError } from '../base/errors.js';
import { TrainingError } from './trainingError.js';

/** `[[0]width][.precision][type]` with the types d, f, e, g and none. */
const SPECIFICATION = /^(0)?(\d{0,3})(?:\.(\d{1,2}))?([dfFeEgG]?)$/;

/** Fills every `{name}` and `{name:spec}`; `{{` and `}}` are braces. Throws `checkpoint-name` naming what is wrong. */
export function formatPython(template: string, values: Readonly<Record<string, number>>): string {
  const unpaired = template
    .replaceAll('{{', '')
    .replaceAll('}}', '')
    .replace(/\{[^{}]*\}/g, '');
  if (/[{}]/.test(unpaired)) throw badName(template, 'has an unmatched brace');
  return template.replace(
    /\{\{|\}\}|\{([^{}:!]*)(?::([^{}]*))?\}/g,
    (whole, name: string | undefined, spec) => {
      if (whole === '{{' || whole === '}}') return whole[0]!;
      const value = values[name ?? ''];
      if (value === undefined) {
        const known = Object.keys(values).join(', ');
        throw badName(template, `names '${name}', but an epoch's log has only ${known}`);
      }
      return formatNumber(template, value, spec ?? '');
    },
  );
}

function formatNumber(template: string, value: number, spec: string): string {
  const match = SPECIFICATION.exec(spec);
  if (match === null) throw badName(template, `uses the format '${spec}', which is not supported`);
  const [, zero, width, precision, type] = match;
  if (type === 'd' && !Number.isInteger(value)) throw badName(template, `formats ${value} as an integer`);
  const digits = render(Math.abs(value), type!, precision === undefined ? undefined : Number(precision));
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const room = Number(width === '' ? 0 : width) - sign.length;
  return zero === undefined
    ? (sign + digits).padStart(room + sign.length)
    : sign + digits.padStart(room, '0');
}

function render(value: number, type: string, precision: number | undefined): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return 'inf';
  switch (type) {
    case 'f':
    case 'F':
      return fixedHalfEven(value, precision ?? 6);
    case 'e':
    case 'E':
      return twoDigitExponent(value.toExponential(precision ?? 6));
    case 'g':
    case 'G':
      return general(value, precision ?? 6);
    default:
      return precision === undefined ? String(value) : general(value, precision);
  }
}

/** `toFixed` rounds exact ties away from zero, Python to the even digit. */
function fixedHalfEven(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(Math.min(digits + 60, 100));
  const cut = exact.length - Math.min(60, 100 - digits);
  if (!/^50*$/.test(exact.slice(cut))) return rounded;
  const kept = exact.slice(0, cut).replace(/\.$/, '');
  return Number(kept.at(-1)) % 2 === 0 ? kept : rounded;
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number): string {
  const digits = Math.max(precision, 1);
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa, power] = value.toExponential(digits - 1).split('e');
    return twoDigitExponent(`${withoutTrailingZeros(mantissa!)}e${power}`);
  }
  return withoutTrailingZeros(value.toFixed(digits - 1 - exponent));
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function badName(template: string, problem: string): RegripError {
  return new TrainingError({
    code: 'checkpoint-name',
    message: `checkpoint.topk.format_str '${template}' ${problem}`,
    hint: "for example: 'epoch={epoch:04d}-train_loss={train_loss:.3f}.ckpt'",
  });
}
