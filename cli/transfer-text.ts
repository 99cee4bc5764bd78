// Numbers of transfers as people read them: sizes, rates, the time that is left, bars. Pure.

import type { Transfer, TransferPhase } from '../src/index.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const WAVES = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'];
/** Longer is not worth a number. */
const LONGEST_SECONDS = 99 * 3600;

/** `2.1 MB`, at most six characters. */
export function sizeText(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '?';
  let value = bytes;
  let unit = 0;
  // What would be rounded up to 1,000 belongs to the next unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits} ${UNITS[unit] ?? ''}`;
}

export function rateText(bytesPerSecond: number): string {
  return `${sizeText(bytesPerSecond)}/s`;
}

/** `0:07`, `12:30`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  if (whole < 3600) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}`;
}

/** `0:02 left`; empty while it isn't known. */
export function leftText({ size, bytes, bytesPerSecond }: Pick<Transfer, 'size' | 'bytes' | 'bytesPerSecond'>): string {
  if (!(bytesPerSecond > 0)) return '';
  const seconds = Math.ceil(Math.max(0, size - bytes) / bytesPerSecond);
  return seconds > LONGEST_SECONDS ? '' : `${clockText(seconds)} left`;
}

/** From 0 to 1. */
export function shareOf({ size, bytes }: Pick<Transfer, 'size' | 'bytes'>): number {
  if (!(size > 0)) return 0;
  return Math.max(0, Math.min(1, bytes / size));
}

/** `61 %`; never 100 before it is whole. */
export function percentText(share: number): string {
  return `${Math.min(99, Math.floor(share * 100))} %`;
}

/** A bar of so many columns, its edges among them. */
export function barText(share: number, columns: number): string {
  const inner = Math.max(1, columns - 2);
  const eighths = Math.floor(Math.max(0, Math.min(1, share)) * inner * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return `▕${filled}${' '.repeat(inner - filled.length)}▏`;
}

/** Loudness over time, 0 to 255, in so many columns; each is the loudest of its share. */
export function waveText(waveform: readonly number[], columns: number): string {
  if (waveform.length === 0) return '';
  const width = Math.max(1, Math.min(columns, waveform.length));
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * waveform.length) / width);
    const until = Math.max(from + 1, Math.floor(((index + 1) * waveform.length) / width));
    return levelSign(Math.max(...waveform.slice(from, until)) / 255);
  }).join('');
}

/** One column for a loudness from 0 to 1. */
export function levelSign(level: number): string {
  const step = Math.floor(Math.max(0, Math.min(1, Number.isFinite(level) ? level : 0)) * WAVES.length);
  return WAVES[Math.min(WAVES.length - 1, step)] ?? '';
}

/** Bytes are moving, or are being compared. */
export function isUnderWay({ phase }: Pick<Transfer, 'phase'>): boolean {
  return phase === 'active' || phase === 'checking';
}

const ENDED: ReadonlySet<TransferPhase> = new Set(['done', 'rejected', 'cancelled', 'failed']);

export function hasEnded({ phase }: Pick<Transfer, 'phase'>): boolean {
  return ENDED.has(phase);
}
