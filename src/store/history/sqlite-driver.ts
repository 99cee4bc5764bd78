// SQLite as the program uses it: node:sqlite where it is built in with full-text search, the same API from a package
// elsewhere. Only the worker (and tests) loads it. What both do wrong silently is made impossible here.

import { createRequire } from 'node:module';
import { MmchatError } from '../../base/errors.ts';

export type SqlValue = string | number | boolean | Uint8Array | null | undefined;
export type SqlRow = Record<string, string | number | Uint8Array | null>;

/** The part of node:sqlite that is used. */
interface StatementSync {
  run(...values: readonly unknown[]): unknown;
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}
interface DatabaseSync {
  prepare(sql: string): StatementSync;
  exec(sql: string): void;
  close(): void;
}
type DatabaseClass = new (path: string) => DatabaseSync;

const PACKAGE = '@photostructure/sqlite';

interface CachedStatement {
  readonly statement: StatementSync;
  readonly parameterCount: number;
}

export class Database {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, CachedStatement>();

  constructor(path: string) {
    const Driver = (driver ??= loadDriver());
    this.#database = new Driver(path);
  }

  /** One or more statements without parameters. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#statement(sql, values).run(...values.map(bindable));
  }

  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined {
    return this.#statement(sql, values).get(...values.map(bindable)) as SqlRow | undefined;
  }

  all(sql: string, ...values: readonly SqlValue[]): SqlRow[] {
    return this.#statement(sql, values).all(...values.map(bindable)) as SqlRow[];
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  // The texts are the program's own and few. Parameters are plain `?`; what is missing would silently be NULL.
  #statement(sql: string, values: readonly SqlValue[]): StatementSync {
    let cached = this.#statements.get(sql);
    if (cached === undefined) {
      cached = { statement: this.#database.prepare(sql), parameterCount: sql.split('?').length - 1 };
      this.#statements.set(sql, cached);
    }
    if (cached.parameterCount !== values.length)
      throw new RangeError(`${cached.parameterCount} values are needed and ${values.length} given: ${sql}`);
    return cached.statement;
  }
}

// Node.js 22 takes an empty array whose buffer has no memory for NULL; an empty view of some memory stays a blob.
const EMPTY_BLOB = new Uint8Array(1).subarray(0, 0);

function bindable(value: SqlValue): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Uint8Array && value.length === 0) return EMPTY_BLOB;
  return value ?? null;
}

let driver: DatabaseClass | undefined;

/** @throws MmchatError `no-database` when this Node has no SQLite and the package is not there either */
function loadDriver(): DatabaseClass {
  const require = createRequire(import.meta.url);
  const builtIn = builtInDriver(require);
  if (builtIn !== undefined) return builtIn;
  try {
    return (require(PACKAGE) as { DatabaseSync: DatabaseClass }).DatabaseSync;
  } catch (error) {
    throw new MmchatError(
      'no-database',
      `Messages can't be kept: Node.js ${process.versions.node} has no SQLite with full-text search (22.16 and newer ` +
        `have), and the optional package ${PACKAGE} is not installed or does not run on this machine.`,
      { cause: error },
    );
  }
}

// Early ones are built without full-text search: asking is surer than comparing versions.
function builtInDriver(require: NodeJS.Require): DatabaseClass | undefined {
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  try {
    // That it is experimental would be printed into the middle of somebody's screen.
    process.emitWarning = () => undefined;
    const { DatabaseSync } = require('node:sqlite') as { DatabaseSync: DatabaseClass };
    const probe = new DatabaseSync(':memory:');
    probe.exec("CREATE VIRTUAL TABLE probe USING fts5 (words, content = '', contentless_delete = 1)");
    probe.close();
    return DatabaseSync;
  } catch {
    return undefined;
  } finally {
    if (warn !== undefined) Object.defineProperty(process, 'emitWarning', warn);
  }
}
