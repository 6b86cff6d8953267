import { type Static, Type } from 'typebox';
import { DoubleMessage, refusedParameter, toWireDouble } from '../../door/index.ts';

const mostOptions = 10;
const mostLabelCharacters = 64;

const PassFail = Type.Object({ positive_label: Type.String(), negative_label: Type.String() });
const Categorical = Type.Object({
  options: Type.Array(Type.String()),
  multi_select: Type.Optional(Type.Boolean()),
});
const Text = Type.Object({ max_length: Type.Optional(Type.Integer()) });

const oneOf = { description: 'Exactly one of them.' };

/** How the answer to a question is given, as it is sent. */
export const LabelInput = Type.Object(
  {
    pass_fail: Type.Optional(PassFail),
    categorical: Type.Optional(Categorical),
    numeric: Type.Optional(
      Type.Object({ min_value: Type.Optional(Type.Number()), max_value: Type.Optional(Type.Number()) }),
    ),
    text: Type.Optional(Text),
  },
  oneOf,
);
export type LabelInput = Static<typeof LabelInput>;

/** How it comes back, and how it is kept: doubles as the wire has them. */
export const LabelInputMessage = Type.Object(
  {
    pass_fail: Type.Optional(PassFail),
    categorical: Type.Optional(Categorical),
    numeric: Type.Optional(
      Type.Object({ min_value: Type.Optional(DoubleMessage), max_value: Type.Optional(DoubleMessage) }),
    ),
    text: Type.Optional(Text),
  },
  { ...oneOf, title: 'LabelSchemaInput' },
);
export type KeptLabelInput = Static<typeof LabelInputMessage>;

const kinds = ['pass_fail', 'categorical', 'numeric', 'text'] as const;
const classNames = {
  pass_fail: 'InputPassFail',
  categorical: 'InputCategorical',
  numeric: 'InputNumeric',
  text: 'InputText',
} as const;

/**
 * An input that makes sense, as it is kept.
 * @throws {DividendError} PARAMETER_INVALID
 */
export function checkLabelInput(input: LabelInput): KeptLabelInput {
  if (kinds.filter((kind) => input[kind] !== undefined).length !== 1) {
    throw refusedParameter(
      'input',
      'Label schema `input` must have exactly one of `pass_fail`, `categorical`, `numeric`, or `text` set.',
    );
  }
  if (input.pass_fail) checkPassFail(input.pass_fail);
  if (input.categorical) {
    checkOptions(input.categorical.options);
    return { categorical: { multi_select: false, ...input.categorical } };
  }
  if (input.numeric) return { numeric: checkNumeric(input.numeric) };
  if (input.text) checkText(input.text);
  return input as KeptLabelInput;
}

/**
 * Answers that were given already must go on meaning something: neither the kind of the input changes, nor whether one
 * option is chosen or many.
 * @throws {DividendError} PARAMETER_INVALID
 */
export function checkSameKind(old: KeptLabelInput, given: KeptLabelInput): void {
  const [before, after] = [kindOf(old), kindOf(given)];
  if (before !== after) {
    throw refusedParameter(
      'input',
      `A label schema's input type cannot be changed after creation (existing: ${classNames[before]}, got: ${classNames[after]}).`,
    );
  }
  if (old.categorical?.multi_select !== given.categorical?.multi_select) {
    throw refusedParameter(
      'input.categorical.multi_select',
      '`InputCategorical.multi_select` cannot be changed after creation.',
    );
  }
}

function kindOf(input: KeptLabelInput): (typeof kinds)[number] {
  return kinds.find((kind) => input[kind] !== undefined) ?? 'text';
}

function checkPassFail(labels: Static<typeof PassFail>): void {
  for (const [name, label] of Object.entries(labels)) {
    if (label.length <= mostLabelCharacters) continue;
    throw refusedParameter(
      `input.pass_fail.${name}`,
      `\`InputPassFail.${name}\` must be at most ${mostLabelCharacters} characters; got ${label.length}.`,
    );
  }
  if (labels.positive_label === labels.negative_label) {
    throw refusedParameter(
      'input.pass_fail',
      `\`InputPassFail.positive_label\` and \`negative_label\` must be distinct; got '${labels.positive_label}' for both.`,
    );
  }
}

function checkOptions(options: readonly string[]): void {
  const refuse = (reason: string) =>
    refusedParameter('input.categorical.options', `\`InputCategorical.options\` ${reason}`);
  if (options.length === 0) throw refuse('must be a non-empty list; got [].');
  if (options.length > mostOptions)
    throw refuse(`must have at most ${mostOptions} entries; got ${options.length}.`);
  for (const [index, option] of options.entries()) {
    if (option === '') throw refuse("entries must be non-empty strings; got ''.");
    if (option.length > mostLabelCharacters)
      throw refuse(`entries must be at most ${mostLabelCharacters} characters; got ${option.length}.`);
    if (options.indexOf(option) !== index) throw refuse(`must be deduplicated; '${option}' appears twice.`);
  }
}

function checkNumeric({ min_value, max_value }: NonNullable<LabelInput['numeric']>) {
  if (Number.isNaN(min_value) || Number.isNaN(max_value))
    throw refusedParameter('input.numeric', '`InputNumeric` has no bound that is NaN.');
  if (min_value !== undefined && max_value !== undefined && min_value >= max_value) {
    throw refusedParameter(
      'input.numeric',
      `\`InputNumeric.min_value\` must be strictly less than \`max_value\`; got min=${min_value}, max=${max_value}.`,
    );
  }
  const bounds = Object.entries({ min_value, max_value }).filter(([, bound]) => bound !== undefined);
  return Object.fromEntries(bounds.map(([name, bound]) => [name, toWireDouble(bound as number)]));
}

function checkText({ max_length }: Static<typeof Text>): void {
  if (max_length === undefined || max_length >= 1) return;
  throw refusedParameter(
    'input.text.max_length',
    `\`InputText.max_length\` must be at least 1; got ${max_length}.`,
  );
}
