// Brings a signal that is there as a whole to another rate: a linear-phase low pass (sinc, Kaiser window) at any place
// between two samples.

/** Zero crossings of the sinc on each side. */
const HALF_WIDTH = 32;
/** Of the table, for each zero crossing; between them it is linear. */
const STEPS = 512;
/** Attenuation of what would be folded back: about 90 dB. */
const KAISER_BETA = 9;
/** Of the lower of the two half rates: room for the slope of the filter. */
const ROLL_OFF = 0.94;

export class Resampler {
  readonly #step: number;
  readonly #cutoff: number;
  readonly #reach: number;
  readonly #table: Float64Array;

  constructor(fromHz: number, toHz: number) {
    this.#step = fromHz / toHz;
    this.#cutoff = ROLL_OFF * Math.min(1, toHz / fromHz);
    this.#reach = HALF_WIDTH / this.#cutoff;
    this.#table = kaiserSinc();
  }

  /** Which input samples the output samples `first` to `first + count - 1` are made of; some may lie outside of the signal. */
  inputRange(first: number, count: number): { readonly first: number; readonly count: number } {
    const from = Math.ceil(first * this.#step - this.#reach);
    const to = Math.floor((first + count - 1) * this.#step + this.#reach);
    return { first: from, count: to - from + 1 };
  }

  /** @param input the samples of `inputRange(first, count)` */
  resample(input: Float32Array, first: number, count: number): Float32Array {
    const { first: inputFirst } = this.inputRange(first, count);
    const output = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      const place = (first + index) * this.#step;
      const from = Math.ceil(place - this.#reach);
      const to = Math.floor(place + this.#reach);
      let sum = 0;
      for (let at = from; at <= to; at++) sum += (input[at - inputFirst] ?? 0) * this.#weight(place - at);
      output[index] = sum;
    }
    return output;
  }

  #weight(distance: number): number {
    const place = Math.abs(distance) * this.#cutoff * STEPS;
    const index = Math.floor(place);
    const low = this.#table[index] ?? 0;
    const high = this.#table[index + 1] ?? 0;
    return this.#cutoff * (low + (high - low) * (place - index));
  }
}

function kaiserSinc(): Float64Array {
  const length = HALF_WIDTH * STEPS + 1;
  const table = new Float64Array(length);
  const scale = bessel(KAISER_BETA);
  for (let index = 0; index < length; index++) {
    const x = index / STEPS;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    table[index] = (sinc * bessel(KAISER_BETA * Math.sqrt(1 - (x / HALF_WIDTH) ** 2))) / scale;
  }
  return table;
}

/** The modified Bessel function of the first kind and order zero. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let order = 1; term > sum * 1e-12; order++) {
    term *= (x / (2 * order)) ** 2;
    sum += term;
  }
  return sum;
}
