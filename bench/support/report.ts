// What a question comes to: tables of numbers, targets that were reached or missed, and remarks. As JSON it is printed
// as it is; for people it becomes text.

import type { Machine } from './machine.ts';

export type Cell = string | number | null;

export interface Table {
  readonly title: string;
  /** Key in the rows, heading with its unit. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

export interface Target {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly unit: string;
  /** Left out: at most. */
  readonly kind?: 'at least';
  readonly reached: boolean;
}

export interface Findings {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** Whole sentences: how it was measured, what was left out. */
  readonly notes: readonly string[];
}

export interface Report extends Findings {
  readonly question: string;
  readonly version: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly tookSeconds: number;
  readonly machine: Machine;
}

export function target(what: string, measured: number, limit: number, unit: string): Target {
  return { what, limit, measured: rounded(measured), unit, reached: measured <= limit };
}

export function atLeast(what: string, measured: number, limit: number, unit: string): Target {
  return { what, limit, measured: rounded(measured), unit, kind: 'at least', reached: measured >= limit };
}

/** Three digits that matter: more are noise. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3)) : value;
}

export function reportText(report: Report): string {
  const { question, version, machine, startedAt, tookSeconds } = report;
  const lines = [
    `mmchat-p2p ${version} bench ${question}, ${startedAt}, ${tookSeconds} s`,
    `node ${machine.node}, ${machine.platform}, ${machine.cores} x ${machine.cpu}, load ${machine.loadBefore} before, ${machine.loadAfter} after${machine.stolenPercent === null ? '' : `, ${machine.stolenPercent} % taken by others on the same hardware`}`,
    ...report.tables.flatMap((table) => ['', table.title, ...tableLines(table)]),
  ];
  if (report.targets.length > 0) lines.push('', 'To reach', ...report.targets.map(targetLine));
  if (report.notes.length > 0) lines.push('', ...report.notes);
  return `${lines.join('\n')}\n`;
}

function targetLine({ what, measured, limit, unit, kind, reached }: Target): string {
  return `  ${reached ? 'yes' : 'NO '}  ${what}: ${measured} ${unit} (${kind ?? 'at most'} ${limit} ${unit})`;
}

function tableLines({ columns, rows }: Table): string[] {
  const keys = Object.keys(columns);
  const cells = [keys.map((key) => columns[key] ?? ''), ...rows.map((row) => keys.map((key) => cellText(row[key])))];
  const widths = keys.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  return cells.map((line) =>
    line
      // Names to the left, numbers to the right.
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .replace(/^/u, '  ')
      .trimEnd(),
  );
}

function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return '-';
  return typeof cell === 'number' ? String(rounded(cell)) : cell;
}
