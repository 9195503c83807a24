// Change between the linear forms: 16-bit and 32-bit integers, and floating point.
import type { FormName, LinearForms } from './codec.ts';

/**
 * Writes the first `sampleCount` samples of `input`, changed, to the start of `output`.
 * `fullScale` is the 16-bit value that is 1 in floating point; only int16 to float asks for it.
 */
export type FormChange<From extends FormName, To extends FormName> = (
  input: LinearForms[From],
  output: LinearForms[To],
  sampleCount: number,
  fullScale: number,
) => void;

/** Full scale of 16 bits, unless an encoding says otherwise. */
export const fullScale16 = 32768;
const fullScale32 = 2147483648;

type FormChangesFrom<From extends FormName> = {
  readonly [To in FormName]?: FormChange<From, To>;
};

const formChanges: { readonly [From in FormName]: FormChangesFrom<From> } = {
  int16: { int32: int16ToInt32, float: int16ToFloat },
  int32: { int16: int32ToInt16, float: int32ToFloat },
  float: { int16: floatToInt16, int32: floatToInt32 },
};

/** How to get from one form to another; undefined where both are the same. */
export function formChange<From extends FormName, To extends FormName>(
  from: From,
  to: To,
): FormChange<From, To> | undefined {
  const changes: FormChangesFrom<From> = formChanges[from];
  return changes[to];
}

const formArrays: { readonly [Form in FormName]: new (sampleCount: number) => LinearForms[Form] } =
  { int16: Int16Array, int32: Int32Array, float: Float64Array };

export function createLinearBuffer<Form extends FormName>(
  form: Form,
  sampleCount: number,
): LinearForms[Form] {
  return new formArrays[form](sampleCount);
}

const shared: { [Form in FormName]: LinearForms[Form] } = {
  int16: new Int16Array(0),
  int32: new Int32Array(0),
  float: new Float64Array(0),
};

/**
 * A buffer for what a coder has between two forms within one call. All coders share it, because a server may
 * have thousands of them; whoever keeps it must not expect to find there what it wrote.
 */
export function sharedLinearBuffer<Form extends FormName>(
  form: Form,
  sampleCount: number,
): LinearForms[Form] {
  if (shared[form].length < sampleCount) shared[form] = createLinearBuffer(form, sampleCount);
  return shared[form];
}

function int16ToInt32(input: Int16Array, output: Int32Array, sampleCount: number): void {
  for (let i = 0; i < sampleCount; i++) output[i] = (input[i] as number) << 16;
}

function int32ToInt16(input: Int32Array, output: Int16Array, sampleCount: number): void {
  for (let i = 0; i < sampleCount; i++) output[i] = (input[i] as number) >> 16;
}

function int16ToFloat(
  input: Int16Array,
  output: Float64Array,
  sampleCount: number,
  fullScale: number,
): void {
  for (let i = 0; i < sampleCount; i++) output[i] = (input[i] as number) / fullScale;
}

function int32ToFloat(input: Int32Array, output: Float64Array, sampleCount: number): void {
  for (let i = 0; i < sampleCount; i++) output[i] = (input[i] as number) / fullScale32;
}

// 1 becomes the largest integer and -1 its opposite; fractions are cut off. What lies beyond is clipped,
// and NaN becomes 0, which is what storing it in an integer array does.
function floatToInt16(input: Float64Array, output: Int16Array, sampleCount: number): void {
  for (let i = 0; i < sampleCount; i++) {
    output[i] = Math.max(-32768, Math.min(32767, (input[i] as number) * 32767));
  }
}

function floatToInt32(input: Float64Array, output: Int32Array, sampleCount: number): void {
  for (let i = 0; i < sampleCount; i++) {
    output[i] = Math.max(-2147483648, Math.min(2147483647, (input[i] as number) * 2147483647));
  }
}
