// What tells this machine from another one that may have a copy of its files.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where Linux keeps an id of the installation (machine-id(5)). */
const ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'] as const;

/** The installation's id, else the machine's name: when it changes without reason, one begins a new log and loses nothing. */
export function machineName(): string {
  for (const file of ID_FILES) {
    try {
      const id = readFileSync(file, 'utf8').trim();
      if (id !== '') return id;
    } catch {
      // Other systems have none.
    }
  }
  return hostname();
}
